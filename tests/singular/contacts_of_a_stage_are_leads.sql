{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'input_leads'}}}) }}
-- A contact that is in the stage of a lead or beyond is a lead from a date on; where nothing of
-- HubSpot's is dated it is a person and in no report of the funnel.
with contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}
    where source_system = 'hubspot' and stage not in ('subscriber', 'other')

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}
    where record_type = 'person'

),

leads as (

    select * from {{ ref('input_leads') }}

),

final as (

    select
        contacts.contact_id,
        contacts.lifecycle_stage,
        'Load property_createdate or the dates of the stages of contact ' || contacts.contact_id
        || ': without a date it is in no report.' as what_to_do
    from contacts
    inner join lifecycle_stages
        on contacts.lifecycle_stage = lifecycle_stages.source_stage
    left join record_merges
        on 'hubspot:' || contacts.contact_id = record_merges.merged_key
    left join leads
        on 'hubspot:' || contacts.contact_id = leads.lead_key
    where record_merges.merged_key is null and leads.created_at is null

)

select * from final
