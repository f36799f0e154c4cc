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

-- Rounded to the places that count in a conversion once for a span, not in each of its months.
spans as (

    select
        customer_id,
        currency,
        cast(annual_amount as decimal(38, 8)) as annual_amount,
        change_month,
        case when annual_amount = 0 then change_month end as last_month,
        lead(change_month) over (
            partition by customer_id, currency order by change_month
        ) as next_change_month
    from month_balances

),

months as (

    select
        customer_id,
        currency,
        annual_amount,
        {{ each_month(
            'change_month',
            'coalesce(last_month, ' ~ add_months('next_change_month', -1)
            ~ ', ' ~ month_start(as_of_date()) ~ ')'
        ) }} as month
    from spans

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
