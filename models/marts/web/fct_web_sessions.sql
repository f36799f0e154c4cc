with sessions as (

    select * from {{ ref('int_web__sessions_identified') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

final as (

    select
        sessions.session_id,
        sessions.visitor_id,
        sessions.person_id,
        account_members.account_id as company_id,
        sessions.event_source,
        sessions.started_at,
        sessions.ended_at,
        {{ reporting_date('sessions.started_at') }} as session_date,
        sessions.channel,
        sessions.source,
        sessions.medium,
        sessions.campaign,
        sessions.referrer_host,
        sessions.landing_page,
        sessions.hostname,
        sessions.events,
        sessions.page_views,
        sessions.key_events,
        {{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as duration_seconds,
        sessions.is_engaged,
        sessions.is_new_visitor,
        sessions.country,
        sessions.device_category
    from sessions
    left join account_members
        on
            account_members.member_kind = 'person'
            and sessions.person_id = account_members.member_id

)

select * from final
