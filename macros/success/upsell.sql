{% macro upsell_signals_found() -%}
    {#- CTE `signals` (customer_id, signal, subject, signal_value, signal_date): what says at as-of that a
        customer could take more. A measurement counts for 92 days; the half-year signal lasts for a
        quarter. From CTEs of int_success__upsell_signals. -#}
signals as (

    select
        customer_id,
        'near_limit' as signal,
        subject,
        used_share as signal_value,
        {{ reporting_date('measured_at') }} as signal_date
    from limits_now
    where
        used_share >= {{ policy('near_limit_share') }}
        and {{ add_days('measured_at', 92) }} >= {{ as_of() }}

    union all

    select
        customer_id,
        'growing_seats' as signal,
        'seats' as subject,
        seat_trend as signal_value,
        {{ as_of_date() }} as signal_date
    from health_inputs
    where seat_trend > 0

    union all

    select
        customer_id,
        'six_months_paid' as signal,
        'customer' as subject,
        cast(months_paid as double) as signal_value,
        {{ as_of_date() }} as signal_date
    from first_months
    where months_paid between 6 and 8

    union all

    select
        intervals.customer_id,
        'grandfathered_price' as signal,
        intervals.price_id as subject,
        cast(intervals.net_annual_amount as double) / 12 as signal_value,
        {{ reporting_date('intervals.valid_from') }} as signal_date
    from intervals
    inner join prices
        on intervals.price_id = prices.price_id

    union all

    select
        intervals.customer_id,
        'expiring_discount' as signal,
        intervals.subscription_id as subject,
        {{ ratio('intervals.discount_annual_amount', 'intervals.gross_annual_amount') }}
            as signal_value,
        {{ reporting_date('discount_ends.ended_at') }} as signal_date
    from intervals
    inner join discount_ends
        on intervals.subscription_id = discount_ends.subscription_id
    where intervals.discount_annual_amount > 0

)
{%- endmacro %}
