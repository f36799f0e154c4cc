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

-- The people of HubSpot's copy of an activity took part in the activity of Salesforce.
united as (

    select
        coalesce(
            'salesforce:' || activities.activity_id, 'hubspot:' || engagement_contacts.engagement_id
        ) as activity_key,
        'hubspot:' || engagement_contacts.contact_id as person_key
    from engagement_contacts
    inner join engagements
        on engagement_contacts.engagement_id = engagements.engagement_id
    left join activities
        on engagements.salesforce_activity_id = activities.activity_id

    union all

    select
        'salesforce:' || activity_id as activity_key,
        'salesforce:' || who_id as person_key
    from activities
    where who_id is not null

),

-- Two contacts that were merged, or a lead and the contact that it became, are one person.
final as (

    select
        united.activity_key,
        people.person_key,
        split_part(united.activity_key, ':', 1) as source_system
    from united
    left join record_merges
        on
            united.person_key = record_merges.merged_key
            and record_merges.record_type = 'person'
    inner join people
        on coalesce(record_merges.surviving_key, united.person_key) = people.person_key
    group by
        united.activity_key,
        people.person_key

)

select * from final
