with engagements as (

    select * from {{ ref('input_hubspot__engagements') }}

),

engagement_contacts as (

    select * from {{ ref('stg_hubspot__engagement_contacts') }}

),

activities as (

    select * from {{ ref('input_salesforce__activities') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

people as (

    select * from {{ ref('input_people') }}

),

united as (

    select
        'hubspot' as source_system,
        engagement_contacts.engagement_id as activity_id,
        engagement_contacts.contact_id as source_person_id
    from engagement_contacts
    inner join engagements
        on engagement_contacts.engagement_id = engagements.engagement_id

    union all

    select
        'salesforce' as source_system,
        activity_id,
        who_id as source_person_id
    from activities
    where who_id is not null

),

-- Two contacts that were merged, or a lead and the contact that it became, are one person.
final as (

    select
        united.source_system || ':' || united.activity_id as activity_key,
        people.person_key,
        united.source_system
    from united
    left join record_merges
        on
            united.source_system || ':' || united.source_person_id = record_merges.merged_key
            and record_merges.record_type = 'person'
    inner join people
        on
            coalesce(
                record_merges.surviving_key, united.source_system || ':' || united.source_person_id
            ) = people.person_key
    group by
        united.source_system,
        united.activity_id,
        people.person_key

)

select * from final
