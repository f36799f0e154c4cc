{{ config(meta={'dagster': {'ref': {'name': 'int_web__session_parts_built'}}}) }}
-- The parts of sessions hold each event of web analytics once. Of the last 31 days: the days before
-- cost as much as building them.
with events as (

    select
        event_date,
        event_source,
        count(*) as events,
        sum(case when event_name = 'page_view' then 1 else 0 end) as page_views
    from {{ ref('input_page_events') }}
    where
        event_micros >= {{ utc_to_micros(add_days('cast(' ~ as_of() ~ ' as date)', -31)) }}
        and occurred_at <= {{ as_of() }}
    group by event_date, event_source

),

parts as (

    select
        event_date,
        event_source,
        sum(events) as events,
        sum(page_views) as page_views
    from {{ ref('int_web__session_parts_built') }}
    where event_date >= cast({{ add_days('cast(' ~ as_of() ~ ' as date)', -31) }} as date)
    group by event_date, event_source

)

select
    coalesce(events.event_date, parts.event_date) as event_date,
    coalesce(events.event_source, parts.event_source) as event_source,
    events.events,
    parts.events as events_of_parts,
    events.page_views,
    parts.page_views as page_views_of_parts
from events
full outer join parts
    on
        events.event_date = parts.event_date
        and events.event_source = parts.event_source
where
    events.events is distinct from parts.events
    or events.page_views is distinct from parts.page_views
