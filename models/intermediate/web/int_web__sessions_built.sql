{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='stream_key',
        tags=['event_days'], on_schema_change='sync_all_columns',
        post_hook="{{ forget_gone() }}"
    )
}}

{#- Read by the macros of an incremental run only; dbt has to know it when it parses. -#}
{%- if not execute -%}{%- do ref('int_web__event_days_tracked') -%}{%- endif %}

{%- set only_touched, known_sessions = '', 'named' -%}
{%- if is_incremental() -%}
    {%- set only_touched = 'and stream_key in (select touched.stream_key from touched)' -%}
    {%- set known_sessions = 'touched left join named on touched.stream_key = named.stream_key' -%}
{%- endif %}

with {{ touched_streams() }}

-- All parts of the sessions and devices that have a new one, or had one that is gone.
parts as (

    select * from {{ ref('int_web__session_parts_built') }}
    where stream_key is not null {{ only_touched }}

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
named as (

    select
        located.*,
        {%- for part in ['source', 'medium', 'campaign'] %}
            {{ first_named(part) }} as named_{{ part }},
        {%- endfor %}
        {{ first_named('click_id_kind') }} as click_id_kind
    from located

),

-- A stream of which nothing is left is a row without a session, which is deleted in the end.
final as (

    select
        named.session_id,
        {{ 'touched' if is_incremental() else 'named' }}.stream_key,
        {%- for column in [
            'event_source', 'anonymous_id', 'user_id', 'started_at', 'ended_at', 'last_event_date',
            'events', 'page_views', 'key_events', 'engagement_ms', 'hostname', 'referrer_host',
            'named_source', 'named_medium', 'named_campaign', 'click_id_kind', 'country',
            'device_category',
        ] %}
            named.{{ column }},
        {%- endfor %}
        {{ is_engaged_session() }} as is_engaged,
        {{ url_path('landing.page_url') }} as landing_page,
        {{ joined_now('named') }}
    from {{ known_sessions }}

)

select * from final
