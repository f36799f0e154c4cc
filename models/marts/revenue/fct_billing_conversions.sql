with conversions as (

    select * from {{ ref('int_revenue__conversions_dated') }}

),

final as (

    select
        md5(customer_id || '|' || conversion_type) as conversion_id,
        customer_id,
        conversion_type,
        entered_date,
        {{ month_start('entered_date') }} as cohort_month,
        converted_date,
        converted_date is not null as is_converted,
        cast({{ days_between('entered_date', 'converted_date') }} as bigint) as days_to_convert,
        coalesce(
            {{ days_between('entered_date', 'converted_date') }}
            <= {{ policy('conversion_window_days') }},
            false
        ) as is_converted_within_window
    from conversions

)

select * from final
order by entered_date, customer_id, conversion_type
