with bounds as (

    select
        coalesce(
            cast(date_trunc('year', min(change_date)) as date),
            cast(date_trunc('year', {{ as_of_date() }}) as date)
        ) as first_date,
        cast(
            {{ add_days(add_months("date_trunc('year', " ~ as_of_date() ~ ")", 12), -1) }} as date
        ) as last_date
    from {{ ref('int_revenue__daily_deltas') }}

),

days as (

    select cast(series.day as date) as date_day
    from bounds
    cross join
        lateral unnest(
            {{ day_series('bounds.first_date', 'bounds.last_date') }}
        ) as series (day)

),

final as (

    select
        date_day,
        {{ month_start('date_day') }} as month,
        cast(date_trunc('quarter', date_day) as date) as quarter,
        cast(date_trunc('year', date_day) as date) as year,
        cast(date_trunc('week', date_day) as date) as week,
        cast(year(date_day) as int) as year_number,
        cast(quarter(date_day) as int) as quarter_of_year,
        cast(month(date_day) as int) as month_of_year,
        cast(day(date_day) as int) as day_of_month,
        cast({{ iso_weekday('date_day') }} as int) as iso_day_of_week,
        {{ iso_weekday('date_day') }} >= 6 as is_weekend,
        date_day = last_day(date_day) as is_month_end,
        date_day <= {{ as_of_date() }} as is_past,
        {{ month_start('date_day') }} < {{ month_start(as_of_date()) }} as is_complete_month
    from days

)

select * from final
order by date_day
