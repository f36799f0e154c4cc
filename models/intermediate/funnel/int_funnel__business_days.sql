with leads as (

    select * from {{ ref('input_leads') }}

),

hours as (

    select * from {{ ref('business_hours') }}

),

holidays as (

    select * from {{ ref('business_holidays') }}

),

-- A day more at either end: the local day of an instant is at most one away.
bounds as (

    select
        cast({{ add_days('min(created_at)', -1) }} as date) as first_date,
        cast({{ add_days(as_of(), 1) }} as date) as last_date
    from leads
    where created_at <= {{ as_of() }}

),

days as (

    select cast(series.day as date) as local_date
    from bounds
    cross join
        lateral unnest(
            {{ day_series('bounds.first_date', 'bounds.last_date') }}
        ) as series (day)

),

zone as (

    select coalesce(max(time_zone), 'UTC') as time_zone
    from hours

),

opened as (

    select
        days.local_date,
        zone.time_zone,
        {{ zone_of_to_utc(
            "cast(days.local_date as string) || ' ' || hours.opens_at || ':00'", 'zone.time_zone'
        ) }} as opens_at,
        case
            when hours.closes_at = '24:00'
                then {{ zone_of_to_utc(add_days('days.local_date', 1), 'zone.time_zone') }}
            else {{ zone_of_to_utc(
                "cast(days.local_date as string) || ' ' || hours.closes_at || ':00'", 'zone.time_zone'
            ) }}
        end as closes_at
    from days
    cross join zone
    left join holidays
        on days.local_date = holidays.holiday_date
    left join hours
        on
            {{ iso_weekday('days.local_date') }} = hours.weekday
            and holidays.holiday_date is null

),

counted as (

    select
        local_date,
        time_zone,
        opens_at,
        closes_at,
        coalesce({{ seconds_between('opens_at', 'closes_at') }}, 0) as business_seconds
    from opened

),

final as (

    select
        local_date,
        time_zone,
        opens_at,
        closes_at,
        cast(business_seconds as bigint) as business_seconds,
        cast(
            sum(business_seconds) over (
                order by local_date rows between unbounded preceding and current row
            ) - business_seconds as bigint
        ) as business_seconds_before
    from counted

)

select * from final
