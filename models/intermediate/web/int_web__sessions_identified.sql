{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='session_id',
        on_schema_change='sync_all_columns', post_hook="{{ forget_gone() }}"
    )
}}

{#- Read by an incremental run only; dbt has to know them when it parses. -#}
{%- if not execute -%}
    {%- do [
        ref('int_web__sessions_built'), ref('int_web__channels_matched'),
        ref('int_web__session_owners'),
    ] -%}
{%- endif %}

{%- set columns = [
    'session_id', 'event_source', 'anonymous_id', 'user_id', 'visitor_id', 'person_id', 'company_id',
    'unstitched_id', 'started_at', 'ended_at', 'session_date', 'traffic_date', 'origin_key', 'channel',
    'source', 'medium', 'campaign', 'referrer_host', 'click_id_kind', 'landing_page', 'hostname',
    'events', 'page_views', 'key_events', 'engagement_ms', 'is_engaged', 'country',
    'device_category', 'joined_at',
] -%}

with placed as (

    select * from {{ ref('int_web__sessions_placed') }}

),

{%- set looked_at = [ref('int_web__sessions_placed')] %}

{% if is_incremental() -%}
    {%- set looked_at = ['decided', 'untouched'] %}

    {{ stale_sessions(columns) }},

    {{ sessions_of_the_same() }},

{% endif -%}

{{ first_visits(looked_at) }},

final as (

    {{ decided_sessions(columns) }}

)

select * from final
