with sessions as (

    select
        *,
        {{ origin_key('sessions') }} as origin_key
    from {{ ref('int_web__sessions_built') }} as sessions
    {%- if policy('web_sources') != 'all' %}
    where event_source = '{{ policy("web_sources") }}'
    {%- endif %}

),

channels as (

    select * from {{ ref('int_web__channels_matched') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}

),

-- The user is surer than the device: on a shared device each session is its own user's.
resolved as (

    select
        sessions.*,
        coalesce(users.person_id, devices.person_id) as person_id,
        coalesce(users.person_id, devices.person_id, sessions.anonymous_id) as visitor_id
    from sessions
    left join person_members as users
        on
            users.member_kind = 'user'
            and sessions.user_id = users.member_id
    left join person_members as devices
        on
            devices.member_kind = 'anonymous'
            and sessions.anonymous_id = devices.member_id

),

first_sessions as (

    select
        visitor_id,
        min({{ struct_of({'started_at': 'started_at', 'session_id': 'session_id'}) }}) as first_one
    from resolved
    where visitor_id is not null
    group by visitor_id

),

final as (

    select
        resolved.session_id,
        resolved.event_source,
        resolved.anonymous_id,
        resolved.user_id,
        resolved.visitor_id,
        resolved.person_id,
        resolved.started_at,
        resolved.ended_at,
        cast(resolved.started_at as date) as session_date,
        channels.channel,
        channels.source,
        channels.medium,
        channels.campaign,
        resolved.referrer_host,
        resolved.click_id_kind,
        resolved.landing_page,
        resolved.hostname,
        resolved.events,
        resolved.page_views,
        resolved.key_events,
        resolved.engagement_ms,
        resolved.is_engaged,
        resolved.session_id = (first_sessions.first_one).session_id as is_new_visitor,
        resolved.country,
        resolved.device_category
    from resolved
    inner join channels
        on
            resolved.origin_key = channels.origin_key
            and {{ reporting_date('resolved.started_at') }} >= channels.valid_from
            and {{ reporting_date('resolved.started_at') }} < channels.valid_to
    left join first_sessions
        on resolved.visitor_id = first_sessions.visitor_id

)

select * from final
