with opportunity_people as (

    select * from {{ ref('input_opportunity_people') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

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

-- Two records of one person are one contact, with the roles of both.
people as (

    select
        opportunities.opportunity_id,
        coalesce(person_members.person_id, opportunity_people.person_key) as person_id,
        min(opportunities.created_at) as created_at,
        coalesce(min(opportunities.closed_at), {{ far_future() }}) as closed_at,
        max(case when opportunity_people.is_primary then 1 else 0 end) = 1 as is_primary,
        {{ joined_values('opportunity_people.roles', ';') }} as source_roles
    from opportunity_people
    inner join opportunities
        on opportunity_people.opportunity_key = opportunities.opportunity_id
    left join person_members
        on opportunity_people.person_key = person_members.member_id
    group by
        opportunities.opportunity_id,
        coalesce(person_members.person_id, opportunity_people.person_key)

),

took_part as (

    select
        activities.activity_key,
        activities.opportunity_key,
        activities.occurred_at,
        coalesce(person_members.person_id, activity_people.person_key) as person_id
    from activities
    inner join activity_people
        on activities.activity_key = activity_people.activity_key
    left join person_members
        on activity_people.person_key = person_members.member_id
    group by
        activities.activity_key,
        activities.opportunity_key,
        activities.occurred_at,
        coalesce(person_members.person_id, activity_people.person_key)

),

-- An activity that names no opportunity belongs to those of its people that were open then.
touches as (

    select
        people.opportunity_id,
        people.person_id,
        count(*) as touchpoints,
        max(took_part.occurred_at) as last_touch_at
    from people
    inner join took_part
        on people.person_id = took_part.person_id
    where
        people.opportunity_id = took_part.opportunity_key
        or (
            took_part.opportunity_key is null
            and took_part.occurred_at >= people.created_at
            and took_part.occurred_at <= people.closed_at
        )
    group by people.opportunity_id, people.person_id

),

final as (

    select
        people.opportunity_id,
        people.person_id,
        people.is_primary,
        people.source_roles,
        coalesce(touches.touchpoints, 0) as touchpoints,
        touches.last_touch_at
    from people
    left join touches
        on
            people.opportunity_id = touches.opportunity_id
            and people.person_id = touches.person_id

)

select * from final
