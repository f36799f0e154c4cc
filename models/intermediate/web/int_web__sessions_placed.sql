with sessions as (

    select * from {{ ref('int_web__sessions_built') }}
    {%- if policy('web_sources') != 'all' %}
    where event_source = '{{ policy("web_sources") }}'
    {%- endif %}

),

channels as (

    select * from {{ ref('int_web__channels_matched') }}

),

{{ session_owners() }},

-- The user is surer than the device: on a shared device each session is its own user's.
-- Every session has a channel, but an inner join with its days would be taken for one of few, and
-- what follows be planned for those: 20 million sessions do not fit into memory then.
final as (

    select
        sessions.session_id,
        sessions.event_source,
        sessions.anonymous_id,
        sessions.user_id,
        {{ visitor_of('sessions') }} as visitor_id,
        {{ owner('person_id') }} as person_id,
        {{ owner('account_id') }} as company_id,
        {{ unstitched_id('sessions') }} as unstitched_id,
        sessions.started_at,
        sessions.ended_at,
        cast(sessions.started_at as date) as session_date,
        {{ reporting_date('sessions.started_at') }} as traffic_date,
        sessions.origin_key,
        channels.channel,
        channels.source,
        channels.medium,
        channels.campaign,
        sessions.referrer_host,
        sessions.click_id_kind,
        sessions.landing_page,
        sessions.hostname,
        sessions.events,
        sessions.page_views,
        sessions.key_events,
        sessions.engagement_ms,
        sessions.is_engaged,
        sessions.country,
        sessions.device_category,
        sessions.joined_at
    from sessions
    left join channels
        on {{ is_channel_of('sessions') }}
    left join users
        on sessions.user_id = users.member_id
    left join devices
        on sessions.anonymous_id = devices.member_id

)

select * from final
