with customer_days as (

    select * from {{ ref('int_revenue__customer_days_balanced') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

-- The balance that a month with changes closes with, good until the next month with changes.
month_balances as (

    select
        customer_id,
        currency,
        change_month,
        max_by(closing_annual_amount, change_date) as annual_amount
    from customer_days
    group by customer_id, currency, change_month

),

spans as (

    select
        month_balances.*,
        lead(change_month) over (
            partition by customer_id, currency order by change_month
        ) as next_change_month
    from month_balances

),

months as (

    select
        spans.customer_id,
        spans.currency,
        spans.annual_amount,
        cast(series.month as date) as month
    from spans
    cross join unnest(
        {{ month_series(
            'spans.change_month',
            'case when spans.annual_amount = 0 then spans.change_month'
            ~ ' else coalesce(' ~ add_months('spans.next_change_month', -1)
            ~ ', ' ~ month_start(as_of_date()) ~ ') end'
        ) }}
    ) as series (month)

),

final as (

    select
        months.customer_id,
        months.month,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('months.annual_amount', 'fx_rates.rate') ~ ')'
        ) }} as closing_mrr
    from months
    left join fx_rates
        on
            months.currency = fx_rates.currency
            and months.month = fx_rates.month
    group by months.customer_id, months.month

)

select * from final
