with daily_events as (

    select * from {{ ref('stg_ga4__events') }}

),

intraday_events as (

    select * from {{ ref('stg_ga4__intraday_events') }}

),

segment_pages as (

    select * from {{ ref('stg_segment__pages') }}

),

segment_tracks as (

    select * from {{ ref('stg_segment__tracks') }}

),

final as (

    {% for events in ['daily_events', 'intraday_events', 'segment_pages', 'segment_tracks'] %}
        select
            '{{ events }}' as delivered_as,
            event_date,
            count(*) as delivered_rows
        from {{ events }}
        group by event_date
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
