with people as (

    select * from {{ ref('int_accounts__deal_people') }}

),

buying_roles as (

    select * from {{ ref('buying_roles') }}

),

parts as (

    select
        opportunity_id,
        person_id,
        {{ part_rows('source_roles', ';') }} as source_role
    from people
    where source_roles is not null

),

roles as (

    select
        parts.opportunity_id,
        parts.person_id,
        coalesce(buying_roles.role, 'other') as role
    from parts
    left join buying_roles
        on translate(lower(trim(parts.source_role)), '_', ' ') = buying_roles.source_role
    where trim(parts.source_role) <> ''
    group by parts.opportunity_id, parts.person_id, coalesce(buying_roles.role, 'other')

),

final as (

    select
        people.opportunity_id,
        people.person_id,
        coalesce(roles.role, 'unknown') as role,
        people.is_primary,
        people.touchpoints,
        people.last_touch_at
    from people
    left join roles
        on
            people.opportunity_id = roles.opportunity_id
            and people.person_id = roles.person_id

)

select * from final
