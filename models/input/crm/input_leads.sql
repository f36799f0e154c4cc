with contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

leads as (

    select * from {{ ref('input_salesforce__leads') }}

),

entries as (

    select * from {{ ref('input_crm__lead_entries') }}

),

people as (

    select * from {{ ref('input_people') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}

),

united as (

    select
        'hubspot' as source_system,
        'hubspot:' || contact_id as lead_key,
        owner_id,
        analytics_source as lead_source,
        campaign,
        lead_score,
        coalesce(lead_status, lifecycle_stage) as status,
        lifecycle_stage,
        unqualified_reason as lost_reason,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as converted_at,
        cast(null as string) as converted_opportunity_id
    from contacts

    union all

    select
        'salesforce' as source_system,
        'salesforce:' || lead_id as lead_key,
        owner_id,
        lead_source,
        campaign,
        lead_score,
        lower(lead_status) as status,
        cast(null as string) as lifecycle_stage,
        lost_reason,
        created_at,
        converted_at,
        converted_opportunity_id
    from leads

),

-- A contact of HubSpot is a lead from its first stage of lead or later on, one without is none.
final as (

    select
        united.lead_key,
        united.source_system,
        people.person_key,
        people.company_key,
        united.source_system || ':' || united.owner_id as owner_key,
        united.lead_source,
        united.campaign,
        united.lead_score,
        united.status,
        coalesce(united.created_at, entries.first_entered_at) as created_at,
        case
            when coalesce(lost_status.stage, lost_lifecycle.stage) is not null
                then entries.disqualified_at
        end as lost_at,
        case
            when coalesce(lost_status.stage, lost_lifecycle.stage) is not null
                then united.lost_reason
        end as lost_reason,
        united.converted_at,
        opportunities.opportunity_key as converted_opportunity_key
    from united
    left join entries
        on united.lead_key = entries.lead_key
    left join record_merges
        on
            united.lead_key = record_merges.merged_key
            and record_merges.record_type = 'person'
    inner join people
        on coalesce(record_merges.surviving_key, united.lead_key) = people.person_key
    left join lifecycle_stages as lost_status
        on
            united.source_system = lost_status.source_system
            and united.status = lost_status.source_stage
            and lost_status.stage = 'disqualified'
    left join lifecycle_stages as lost_lifecycle
        on
            united.source_system = lost_lifecycle.source_system
            and united.lifecycle_stage = lost_lifecycle.source_stage
            and lost_lifecycle.stage = 'disqualified'
    left join opportunities
        on 'salesforce:' || united.converted_opportunity_id = opportunities.opportunity_key
    where
        united.source_system = 'salesforce'
        or (record_merges.merged_key is null and entries.first_entered_at is not null)

)

select * from final
