{{ config(meta={'dagster': {'ref': {'name': 'fct_web_sessions'}}}) }}
-- Sessions have all events and page views of their parts, and the mart all sessions that count.
with parts as (

    select
        event_source,
        sum(events) as events,
        sum(page_views) as page_views
    from {{ ref('int_web__session_parts_built') }}
    where stream_key is not null
    group by event_source

),

sessions as (

    select
        event_source,
        count(*) as sessions,
        sum(events) as events,
        sum(page_views) as page_views
    from {{ ref('int_web__sessions_built') }}
    group by event_source

),

facts as (

    select
        event_source,
        count(*) as sessions,
        sum(events) as events,
        sum(page_views) as page_views
    from {{ ref('fct_web_sessions') }}
    group by event_source

)

select
    coalesce(parts.event_source, sessions.event_source) as event_source,
    parts.events as events_of_parts,
    sessions.events as events_of_sessions,
    facts.events as events_of_facts
from parts
full outer join sessions
    on parts.event_source = sessions.event_source
left join facts
    on sessions.event_source = facts.event_source
where
    parts.events is distinct from sessions.events
    or parts.page_views is distinct from sessions.page_views
    or (
        '{{ policy("web_sources") }}' in ('all', sessions.event_source)
        and (
            facts.sessions is distinct from sessions.sessions
            or facts.events is distinct from sessions.events
            or facts.page_views is distinct from sessions.page_views
        )
    )
