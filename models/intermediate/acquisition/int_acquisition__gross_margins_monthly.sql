with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

cost_of_revenue as (

    select * from {{ ref('input_cost_of_revenue') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

seed_margins as (

    select * from {{ ref('gross_margins') }}

),

mrr as (

    select
        month,
        sum(closing_mrr) as closing_mrr
    from customer_months
    group by month

),

-- Only what it costs to deliver subscriptions: LTV and payback are made of MRR.
costs as (

    select
        fx_rates.month,
        sum(cast(
            {{ in_reporting_currency('cost_of_revenue.amount', 'fx_rates.rate') }}
            as decimal(38, 6)
        )) as amount
    from cost_of_revenue
    inner join fx_rates
        on
            cost_of_revenue.currency = fx_rates.currency
            and {{ month_start('cost_of_revenue.cost_date') }} = fx_rates.month
    where
        cost_of_revenue.revenue_stream = 'subscription'
        and cost_of_revenue.cost_date <= {{ as_of_date() }}
    group by fx_rates.month

),

seed_months as (

    select
        months.month,
        max_by(seed_margins.gross_margin, seed_margins.valid_from) as seed_margin
    from months
    inner join seed_margins
        on
            seed_margins.revenue_stream = 'subscription'
            and months.month >= seed_margins.valid_from
    group by months.month

),

booked as (

    select
        months.month,
        months.is_complete,
        case
            when months.is_complete
                then {{ divide_exact('mrr.closing_mrr - costs.amount', 'mrr.closing_mrr', 6) }}
        end as ledger_margin,
        seed_months.seed_margin
    from months
    left join mrr
        on months.month = mrr.month
    left join costs
        on months.month = costs.month
    left join seed_months
        on months.month = seed_months.month

),

-- The costs of a month under way are not all booked: it has the margin of the month before.
carried as (

    select
        month,
        case
            when is_complete then ledger_margin
            else lag(ledger_margin) over (order by month)
        end as ledger_margin,
        seed_margin
    from booked

),

final as (

    select
        month,
        cast(
            case
                when {{ policy_is('gross_margin_source', 'seed') }} then seed_margin
                when {{ policy_is('gross_margin_source', 'ledger') }} then ledger_margin
                else coalesce(ledger_margin, seed_margin)
            end as decimal(38, 6)
        ) as gross_margin
    from carried

)

select * from final
