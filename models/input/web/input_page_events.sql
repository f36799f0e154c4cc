with daily_events as (

    select * from {{ delivered_once(
        ref('stg_ga4__events'), ref('stg_ga4__repeated_events')) }} as latest

),

intraday_events as (

    select * from {{ delivered_once(ref('stg_ga4__intraday_events')) }} as latest

),

segment_pages as (

    select * from {{ delivered_once(ref('stg_segment__pages')) }} as latest

),

segment_tracks as (

    select * from {{ delivered_once(ref('stg_segment__tracks')) }} as latest

),

key_events as (

    select * from {{ ref('web_key_events') }}

),

-- The intraday table of a day is a preview: once the daily one is there it alone counts.
google_events as (

    select * from daily_events

    union all

    select * from intraday_events
    where {{ has_no_daily_table(ref('stg_ga4__events'), ref('stg_ga4__intraday_events')) }}

),

united as (

    select
        'ga4' as event_source,
        event_key as source_event_key,
        user_pseudo_id as source_device,
        user_id,
        coalesce(stream_id, '') || '|' || user_pseudo_id || '|' || cast(ga_session_id as string)
            as source_session,
        event_name,
        page_url,
        page_referrer,
        source,
        medium,
        campaign,
        click_id_kind,
        engagement_ms,
        is_engaged_flag,
        country,
        device_category,
        event_date,
        event_micros,
        occurred_at,
        cast(null as timestamp) as received_at
    from google_events

    union all

    {% for calls, name in [('segment_pages', "'page_view'"), ('segment_tracks', 'event_name')] %}
        select
            'segment' as event_source,
            event_key as source_event_key,
            anonymous_id as source_device,
            user_id,
            cast(null as string) as source_session,
            {{ name }} as event_name,
            page_url,
            page_referrer,
            source,
            medium,
            campaign,
            click_id_kind,
            cast(null as bigint) as engagement_ms,
            cast(null as boolean) as is_engaged_flag,
            cast(null as string) as country,
            device_category,
            event_date,
            event_micros,
            occurred_at,
            received_at
        from {{ calls }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        event_source || ':' || source_event_key as event_key,
        event_source,
        event_source || ':' || source_device as anonymous_id,
        user_id,
        event_source || ':' || source_session as source_session_key,
        event_name,
        page_url,
        {{ url_path('page_url') }} as page_path,
        {{ url_host('page_url') }} as hostname,
        page_referrer,
        source,
        medium,
        campaign,
        click_id_kind,
        engagement_ms,
        is_engaged_flag,
        lower(event_name) in (select lower(key_events.event_name) from key_events) as is_key_event,
        country,
        device_category,
        event_date,
        event_micros,
        occurred_at,
        received_at
    from united

)

select * from final
