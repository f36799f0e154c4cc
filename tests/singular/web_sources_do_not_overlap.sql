{{ config(severity='warn') }}

-- Two tools that watch the same pages count every visit twice.
select
    hostname,
    session_date,
    min(event_source) as first_source,
    max(event_source) as second_source,
    'Set policy web_sources to the one whose sessions are to count.' as what_to_do
from {{ ref('fct_web_sessions') }}
where hostname is not null
group by hostname, session_date
having min(event_source) <> max(event_source)
