with conversions as (

    select * from {{ ref('fct_billing_conversions') }}

),

cohorts as (

    select
        cohort_month,
        conversion_type,
        count(*) as entered,
        count(case when is_converted then 1 end) as converted,
        count(case when is_converted_within_window then 1 end) as converted_within_window,
        median(days_to_convert) as median_days
    from conversions
    group by cohort_month, conversion_type

),

final as (

    select
        cohort_month,
        conversion_type,
        'all' as segment_type,
        'all' as segment_value,
        cast(entered as bigint) as entered,
        cast(converted as bigint) as converted,
        {{ ratio('converted', 'entered') }} as conversion_rate,
        cast(converted_within_window as bigint) as converted_within_window,
        {{ ratio('converted_within_window', 'entered') }} as conversion_rate_within_window,
        cast(median_days as double) as median_days,
        cast({{ add_days(
            add_months('cohort_month', 1), policy('conversion_window_days')
        ) }} as date) <= {{ as_of_date() }} as is_mature
    from cohorts

)

select * from final
order by cohort_month, conversion_type, segment_type, segment_value
