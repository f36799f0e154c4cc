with conversion_people as (

    select * from {{ ref('int_attribution__conversion_people') }}

),

sessions as (

    select * from {{ ref('int_web__sessions_identified') }}
    where person_id is not null

),

crm_sources as (

    select * from {{ ref('int_attribution__crm_sources') }}

),

session_touches as (

    select
        conversion_people.conversion_type,
        conversion_people.conversion_id,
        sessions.session_id as touch_id,
        'session' as touch_kind,
        sessions.person_id,
        coalesce(sessions.channel, 'Unassigned') as channel,
        sessions.source,
        sessions.medium,
        sessions.campaign,
        sessions.started_at as touched_at,
        sessions.started_at >= {{ add_days(
            'conversion_people.converted_at', '-' ~ policy('attribution_lookback_days')
        ) }} as is_in_time
    from conversion_people
    inner join sessions
        on
            conversion_people.person_id = sessions.person_id
            and conversion_people.converted_at >= sessions.started_at

),

seen_on_web as (

    select
        conversion_type,
        conversion_id
    from session_touches
    group by conversion_type, conversion_id

),

crm_touches as (

    select
        conversion_people.conversion_type,
        conversion_people.conversion_id,
        'crm:' || crm_sources.person_key as touch_id,
        'crm' as touch_kind,
        conversion_people.person_id,
        crm_sources.channel,
        crm_sources.source,
        cast(null as string) as medium,
        crm_sources.campaign,
        crm_sources.created_at as touched_at
    from conversion_people
    inner join crm_sources
        on
            conversion_people.person_id = crm_sources.person_id
            and conversion_people.converted_at >= crm_sources.created_at
    left join seen_on_web
        on
            conversion_people.conversion_type = seen_on_web.conversion_type
            and conversion_people.conversion_id = seen_on_web.conversion_id
    where
        seen_on_web.conversion_id is null
        and crm_sources.created_at >= {{ add_days(
            'conversion_people.converted_at', '-' ~ policy('attribution_lookback_days')
        ) }}

),

final as (

    select
        conversion_type,
        conversion_id,
        touch_id,
        touch_kind,
        person_id,
        channel,
        source,
        medium,
        campaign,
        touched_at
    from session_touches
    where is_in_time

    union all

    select
        conversion_type,
        conversion_id,
        touch_id,
        touch_kind,
        person_id,
        channel,
        source,
        medium,
        campaign,
        touched_at
    from crm_touches

)

select * from final
