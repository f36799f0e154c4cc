with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0

),

scheduled as (

    select * from {{ ref('int_revenue__scheduled_cancellations') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

-- MRR at the month's close whose end is already asked for.
leaving as (

    select
        months.month,
        intervals.customer_id,
        intervals.currency,
        sum(intervals.net_annual_amount) as annual_amount
    from months
    inner join scheduled
        on
            months.closes_at > scheduled.scheduled_from
            and months.closes_at <= coalesce(scheduled.scheduled_to, {{ far_future() }})
    inner join intervals
        on
            scheduled.subscription_id = intervals.subscription_id
            and intervals.evidence <> 'direct'
            and months.closes_at > intervals.valid_from
            and months.closes_at <= coalesce(intervals.valid_to, {{ far_future() }})
    group by months.month, intervals.customer_id, intervals.currency

),

final as (

    select
        leaving.month,
        leaving.customer_id,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('leaving.annual_amount', 'fx_rates.rate') ~ ')'
        ) }} as leaving_mrr
    from leaving
    inner join fx_rates
        on
            leaving.currency = fx_rates.currency
            and leaving.month = fx_rates.month
    group by leaving.month, leaving.customer_id

)

select * from final
