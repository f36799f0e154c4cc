{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='session_id',
        on_schema_change='sync_all_columns', post_hook="{{ forget_gone() }}"
    )
}}

{%- set columns = [
    'session_id', 'event_source', 'anonymous_id', 'user_id', 'visitor_id', 'person_id', 'started_at',
    'ended_at', 'session_date', 'origin_key', 'channel', 'source', 'medium', 'campaign',
    'referrer_host', 'click_id_kind', 'landing_page', 'hostname', 'events', 'page_views',
    'key_events', 'engagement_ms', 'is_engaged', 'country', 'device_category', 'joined_at',
] -%}

with sessions as (

    select * from {{ ref('int_web__sessions_built') }}
    {%- if policy('web_sources') != 'all' %}
    where event_source = '{{ policy("web_sources") }}'
    {%- endif %}

),

channels as (

    select * from {{ ref('int_web__channels_matched') }}

),

users as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'user'

),

devices as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'anonymous'

),

{%- if is_incremental() %}

{{ stale_sessions() }},

{%- endif %}

touched as (

    select sessions.*
    from sessions
    {%- if is_incremental() %}
        left join unequal_days
            on
                cast(sessions.started_at as date) = unequal_days.session_date
                and sessions.event_source = unequal_days.event_source
        left join stale
            on sessions.session_id = stale.session_id
        where unequal_days.session_date is not null or stale.session_id is not null
    {%- endif %}

),

-- The user is surer than the device: on a shared device each session is its own user's.
resolved as (

    select
        touched.*,
        cast(touched.started_at as date) as session_date,
        coalesce(users.person_id, devices.person_id) as person_id,
        coalesce(users.person_id, devices.person_id, touched.anonymous_id) as visitor_id,
        channels.channel,
        channels.source,
        channels.medium,
        channels.campaign
    from touched
    inner join channels
        on
            touched.origin_key = channels.origin_key
            and {{ reporting_date('touched.started_at') }} >= channels.valid_from
            and {{ reporting_date('touched.started_at') }} < channels.valid_to
    left join users
        on touched.user_id = users.member_id
    left join devices
        on touched.anonymous_id = devices.member_id

),

{{ first_sessions(columns) }}

select * from final
