{#- A view on DuckDB: a copy would cost all of history in every run, however few changed. -#}
{{ config(materialized=shown_from_parts()) }}

with sessions as (

    select * from {{ ref('int_web__sessions_identified') }}

),

final as (

    select
        session_id,
        visitor_id,
        person_id,
        company_id,
        event_source,
        started_at,
        ended_at,
        traffic_date as session_date,
        channel,
        source,
        medium,
        campaign,
        referrer_host,
        landing_page,
        hostname,
        events,
        page_views,
        key_events,
        {{ seconds_between('started_at', 'ended_at') }} as duration_seconds,
        is_engaged,
        is_new_visitor,
        country,
        device_category
    from sessions

)

select * from final
