with opportunity_people as (

    select * from {{ ref('input_opportunity_people') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}
    where created_at <= {{ as_of() }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

activities as (

    select * from {{ ref('input_activities') }}
    where
        activity_type in ('call', 'email', 'meeting', 'demo')
        and occurred_at <= {{ as_of() }}

),

activity_people as (

    select * from {{ ref('input_activity_people') }}

),

-- Two records of one person are one stakeholder.
stakeholders as (

    select
        opportunity_people.opportunity_key as opportunity_id,
        coalesce(person_members.person_id, opportunity_people.person_key) as person_id
    from opportunity_people
    left join person_members
        on opportunity_people.person_key = person_members.member_id
    group by
        opportunity_people.opportunity_key,
        coalesce(person_members.person_id, opportunity_people.person_key)

),

-- An activity that names no opportunity belongs to those of its people that were open then.
touches as (

    select
        opportunity_key as opportunity_id,
        activity_key
    from activities
    where opportunity_key is not null

    union

    select
        stakeholders.opportunity_id,
        activities.activity_key
    from activities
    inner join activity_people
        on activities.activity_key = activity_people.activity_key
    left join person_members
        on activity_people.person_key = person_members.member_id
    inner join stakeholders
        on coalesce(person_members.person_id, activity_people.person_key) = stakeholders.person_id
    inner join opportunities
        on
            stakeholders.opportunity_id = opportunities.opportunity_key
            and activities.occurred_at >= opportunities.created_at
            and activities.occurred_at <= coalesce(opportunities.closed_at, {{ far_future() }})
    where activities.opportunity_key is null

),

counts as (

    select
        opportunity_id,
        0 as stakeholders,
        count(*) as touchpoints
    from touches
    group by opportunity_id

    union all

    select
        opportunity_id,
        count(*) as stakeholders,
        0 as touchpoints
    from stakeholders
    group by opportunity_id

),

final as (

    select
        opportunity_id,
        cast(sum(stakeholders) as bigint) as stakeholders,
        cast(sum(touchpoints) as bigint) as touchpoints
    from counts
    group by opportunity_id

)

select * from final
