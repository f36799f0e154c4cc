with sessions as (

    select * from {{ ref('int_web__sessions_identified') }}

),

final as (

    select
        traffic_date,
        channel,
        count(*) as sessions,
        count(case when is_new_visitor then 1 end) as new_sessions,
        count(case when not is_new_visitor then 1 end) as returning_sessions,
        count(case when visitor_id is null then 1 end) as sessions_without_visitor,
        count(case when person_id is null then 1 end) as sessions_without_person,
        count(case when is_engaged then 1 end) as engaged_sessions,
        cast(sum(page_views) as bigint) as page_views,
        {{ first_visits_counted() }}
    from sessions
    group by traffic_date, channel

)

select * from final
