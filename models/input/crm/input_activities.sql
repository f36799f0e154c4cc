with engagements as (

    select * from {{ ref('input_hubspot__engagements') }}

),

activities as (

    select * from {{ ref('input_salesforce__activities') }}

),

activity_links as (

    select * from {{ ref('input_crm__activity_links') }}

),

-- What HubSpot has from Salesforce is there already.
united as (

    select
        'hubspot' as source_system,
        'hubspot:' || engagements.engagement_id as activity_key,
        engagements.activity_type,
        engagements.direction,
        engagements.is_held,
        engagements.owner_id,
        engagements.subject,
        engagements.created_at,
        engagements.occurred_at
    from engagements
    left join activities
        on engagements.salesforce_activity_id = activities.activity_id
    where activities.activity_id is null

    union all

    select
        'salesforce' as source_system,
        'salesforce:' || activity_id as activity_key,
        activity_type,
        direction,
        is_held,
        owner_id,
        subject,
        created_at,
        occurred_at
    from activities

),

final as (

    select
        united.activity_key,
        united.source_system,
        united.activity_type,
        united.direction,
        united.is_held,
        activity_links.person_key,
        activity_links.company_key,
        activity_links.opportunity_key,
        united.source_system || ':' || united.owner_id as owner_key,
        united.subject,
        united.created_at,
        united.occurred_at
    from united
    left join activity_links
        on united.activity_key = activity_links.activity_key

)

select * from final
