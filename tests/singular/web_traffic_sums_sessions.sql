{{ config(meta={'dagster': {'ref': {'name': 'rpt_web_traffic_monthly'}}}) }}
-- Channels sum to all, days sum to months, and both to the sessions; unique visitors are never more
-- than those of the channels together.
with channels as (

    select
        month,
        sum(sessions) as sessions,
        sum(new_visitors) as new_visitors,
        sum(page_views) as page_views,
        sum(sessions_without_person) as sessions_without_person,
        sum(leads) as leads,
        sum(unique_visitors) as unique_visitors
    from {{ ref('rpt_web_traffic_monthly') }}
    where channel <> 'all'
    group by month

),

months as (

    select * from {{ ref('rpt_web_traffic_monthly') }}
    where channel = 'all'

),

days as (

    select
        {{ month_start('traffic_date') }} as month,
        sum(sessions) as sessions,
        sum(page_views) as page_views,
        sum(sessions_without_person) as sessions_without_person,
        sum(leads) as leads
    from {{ ref('rpt_web_traffic_daily') }}
    where channel = 'all'
    group by {{ month_start('traffic_date') }}

),

facts as (

    select
        {{ month_start('session_date') }} as month,
        count(*) as sessions,
        sum(page_views) as page_views,
        count(case when person_id is null then 1 end) as sessions_without_person,
        count(case when is_new_visitor then 1 end) as new_visitors
    from {{ ref('fct_web_sessions') }}
    group by {{ month_start('session_date') }}

)

select months.month
from months
left join channels
    on months.month = channels.month
left join days
    on months.month = days.month
left join facts
    on months.month = facts.month
where
    months.sessions <> coalesce(channels.sessions, 0)
    or months.sessions is distinct from days.sessions
    or months.sessions <> coalesce(facts.sessions, 0)
    or months.page_views <> coalesce(channels.page_views, 0)
    or months.page_views is distinct from days.page_views
    or months.page_views <> coalesce(facts.page_views, 0)
    or months.sessions_without_person <> coalesce(channels.sessions_without_person, 0)
    or months.sessions_without_person is distinct from days.sessions_without_person
    or months.sessions_without_person <> coalesce(facts.sessions_without_person, 0)
    or months.leads <> coalesce(channels.leads, 0)
    or months.leads is distinct from days.leads
    or months.new_visitors <> coalesce(channels.new_visitors, 0)
    or months.new_visitors <> coalesce(facts.new_visitors, 0)
    or months.unique_visitors > coalesce(channels.unique_visitors, 0)
    or months.visitors_without_person > months.unique_visitors
