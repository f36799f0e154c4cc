{{ config(meta={'dagster': {'ref': {'name': 'fct_customer_mrr_monthly'}}}) }}
-- Invariant: what the interval table says is paid for at as-of, converted at the as-of month's
-- rate, is each customer's closing MRR of that month.
with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where valid_to is null

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}
    where month = {{ month_start(as_of_date()) }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}
    where month = {{ month_start(as_of_date()) }}

),

current_amounts as (

    select
        intervals.customer_id,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('intervals.net_annual_amount', 'fx_rates.rate') ~ ')'
        ) }}
            as current_mrr
    from intervals
    left join fx_rates
        on intervals.currency = fx_rates.currency
    group by intervals.customer_id

),

final as (

    select
        coalesce(current_amounts.customer_id, customer_months.customer_id) as customer_id,
        coalesce(current_amounts.current_mrr, 0) as current_mrr,
        coalesce(customer_months.closing_mrr, 0) as closing_mrr
    from current_amounts
    full outer join customer_months
        on current_amounts.customer_id = customer_months.customer_id

)

select * from final
where current_mrr <> closing_mrr
