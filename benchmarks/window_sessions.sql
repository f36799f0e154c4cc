-- The window-function sessions of dbt-ga4 over the same raw files, in our own words: hashed keys and
-- a channel for every event, the first value of each of the session's properties by a window over its
-- events, and the distinct rows of that joined to sums by session. Full history.
create table sessions_by_windows as
with events as (

    select
        md5(concat(user_pseudo_id, stream_id)) as client_key,
        md5(concat(user_pseudo_id, stream_id, cast(list_filter(
            event_params, lambda p: p.key = 'ga_session_id'
        )[1].value.int_value as varchar))) as session_key,
        event_timestamp,
        event_name,
        list_filter(event_params, lambda p: p.key = 'page_location')[1].value.string_value
            as page_location,
        list_filter(event_params, lambda p: p.key = 'page_referrer')[1].value.string_value
            as page_referrer,
        list_filter(event_params, lambda p: p.key = 'engagement_time_msec')[1].value.int_value
            as engagement_ms,
        collected_traffic_source.manual_source as source,
        collected_traffic_source.manual_medium as medium,
        collected_traffic_source.manual_campaign_name as campaign
    from read_parquet($files)
    where user_pseudo_id is not null

),

channelled as (

    select
        *,
        case
            when source is null and medium is null then 'Direct'
            when regexp_matches(source, '^(google|bing)$') and regexp_matches(medium, '^(.*cp.*|ppc|paid.*)$')
                then 'Paid Search'
            when regexp_matches(source, '^(facebook|linkedin)$') and regexp_matches(medium, '^(.*cp.*|ppc|paid.*)$')
                then 'Paid Social'
            when regexp_matches(source, '^(facebook|linkedin)$') or regexp_matches(medium, '^(social|sm)$')
                then 'Organic Social'
            when regexp_matches(source, 'email|e-mail') or regexp_matches(medium, 'email|e-mail') then 'Email'
            when regexp_matches(medium, 'organic') then 'Organic Search'
            when regexp_matches(medium, 'referral|app|link') then 'Referral'
            else 'Unassigned'
        end as channel
    from events

),

-- Events are sent twice at times: the first of each is kept.
single_events as (

    select *
    from channelled
    qualify row_number() over (
        partition by client_key, session_key, event_name, event_timestamp order by engagement_ms
    ) = 1

),

properties as (

    select distinct
        session_key,
        first_value(source ignore nulls) over session_window as session_source,
        first_value(medium ignore nulls) over session_window as session_medium,
        first_value(campaign ignore nulls) over session_window as session_campaign,
        first_value(case when channel <> 'Direct' then channel end ignore nulls) over session_window
            as session_channel,
        first_value(page_location ignore nulls) over session_window as landing_page,
        first_value(page_referrer ignore nulls) over session_window as first_referrer
    from single_events
    window session_window as (
        partition by session_key order by event_timestamp
        rows between unbounded preceding and unbounded following
    )

),

measures as (

    select
        client_key,
        session_key,
        min(event_timestamp) as session_start,
        count(*) as events,
        count(case when event_name = 'page_view' then 1 end) as page_views,
        sum(engagement_ms) as engagement_ms
    from single_events
    group by client_key, session_key

)

select
    measures.*,
    properties.* exclude (session_key),
    row_number() over (partition by measures.client_key order by measures.session_start)
        as session_number
from measures
inner join properties on measures.session_key = properties.session_key
