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

contract_periods as (

    select * from {{ ref('int_revenue__contract_periods_known') }}
    where is_leaving

),

signed as (

    select * from {{ ref('int_revenue__signed_mrr_monthly') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

-- MRR at the month's close whose end is already asked for.
leaving_amounts as (

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

    union all

    select
        months.month,
        contract_periods.customer_id,
        contract_periods.currency,
        sum(contract_periods.annual_amount) as annual_amount
    from months
    inner join contract_periods
        on
            months.closes_at > contract_periods.valid_from
            and months.closes_at > {{ as_of() }}
    group by months.month, contract_periods.customer_id, contract_periods.currency

),

leaving as (

    select
        leaving_amounts.month,
        leaving_amounts.customer_id,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('leaving_amounts.annual_amount', 'fx_rates.rate') ~ ')'
        ) }} as leaving_mrr
    from leaving_amounts
    inner join fx_rates
        on
            leaving_amounts.currency = fx_rates.currency
            and leaving_amounts.month = fx_rates.month
    group by leaving_amounts.month, leaving_amounts.customer_id

),

final as (

    select
        coalesce(leaving.month, signed.month) as month,
        coalesce(leaving.customer_id, signed.customer_id) as customer_id,
        coalesce(leaving.leaving_mrr, 0) as leaving_mrr,
        coalesce(signed.signed_mrr, 0) as signed_mrr
    from leaving
    full outer join signed
        on
            leaving.month = signed.month
            and leaving.customer_id = signed.customer_id

)

select * from final
