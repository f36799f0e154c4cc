{{
    config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key='stream_key',
        tags=['event_days'], on_schema_change='sync_all_columns',
        pre_hook="{{ forget_changed(undone_days, 'last_event_date') }}"
    )
}}

-- All parts of the sessions and devices that have a new one.
with parts as (

    select * from {{ ref('int_web__session_parts_built') }}
    where stream_key is not null and {{ is_touched() }}

),

numbered as (

    select
        *,
        {{ starts_anew() }} as starts
    from parts
    {% if not keyed_sessions_are_cut() -%}
        where not is_keyed
    {% endif -%}
    window w as (partition by stream_key order by started_at)

),

cut as (

    select
        *,
        sum(starts) over w as session_number
    from numbered
    window w as (partition by stream_key order by started_at)

),

joined as (

    select
        stream_key,
        event_source,
        stream_key || '|' || cast({{ utc_to_micros('min(started_at)') }} as string) as session_id,
        max(event_date) as last_event_date,
        max(built_at) as parts_built_at,
        {{ merged_parts() }}
    from cut
    group by stream_key, event_source, session_number
    {% if not keyed_sessions_are_cut() %}
        union all

        select
            stream_key,
            event_source,
            stream_key as session_id,
            max(event_date) as last_event_date,
            max(built_at) as parts_built_at,
            {{ merged_parts() }}
        from parts
        where is_keyed
        group by stream_key, event_source
    {% endif %}
),

hosts as (

    select
        *,
        {{ url_host('landing.page_url') }} as hostname,
        {{ url_host('landing.page_referrer') }} as opened_from
    from joined

),

located as (

    select
        *,
        {{ outside_referrer('opened_from', 'hostname') }} as referrer_host
    from hosts

),

-- A page before of another site tells where the session came from; what an address names
-- later in the session comes too late. A session that began direct takes the first one named.
final as (

    select
        session_id,
        stream_key,
        event_source,
        anonymous_id,
        user_id,
        started_at,
        ended_at,
        last_event_date,
        events,
        page_views,
        key_events,
        engagement_ms,
        {{ is_engaged_session() }} as is_engaged,
        {{ url_path('landing.page_url') }} as landing_page,
        hostname,
        referrer_host,
        {{ first_named('source') }} as named_source,
        {{ first_named('medium') }} as named_medium,
        {{ first_named('campaign') }} as named_campaign,
        {{ first_named('click_id_kind') }} as click_id_kind,
        country,
        device_category,
        parts_built_at
    from located

)

select * from final
