with customer_months as (

    select * from {{ ref('int_revenue__customer_months_committed') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

customers as (

    select * from {{ ref('int_core__customers_described') }}

),

spans as (

    select
        customer_id,
        coalesce(plan_name, 'unknown') as plan,
        currency,
        net_annual_amount,
        valid_to,
        {{ month_start(reporting_date('valid_from')) }} as first_month,
        {{ month_start(reporting_date('valid_to')) }} as end_month
    from intervals

),

interval_months as (

    select
        spans.*,
        cast(series.month as date) as month
    from spans
    cross join
        lateral unnest(
            {{ month_series(
                'spans.first_month', 'coalesce(spans.end_month, ' ~ month_start(as_of_date()) ~ ')'
            ) }}
        ) as series (month)

),

plan_amounts as (

    select
        interval_months.customer_id,
        interval_months.month,
        interval_months.plan,
        case
            when interval_months.month = interval_months.end_month then interval_months.valid_to
        end as ended_at,
        sum({{ in_reporting_currency('interval_months.net_annual_amount', 'fx_rates.rate') }})
            as annual_amount
    from interval_months
    left join fx_rates
        on
            interval_months.currency = fx_rates.currency
            and interval_months.month = fx_rates.month
    group by
        interval_months.customer_id,
        interval_months.month,
        interval_months.plan,
        case
            when interval_months.month = interval_months.end_month then interval_months.valid_to
        end

),

-- What is in force at the month's close goes before what ended within the month, the last first.
ranked_plans as (

    select
        plan_amounts.*,
        row_number() over (
            partition by customer_id, month
            order by ended_at desc nulls first, annual_amount desc nulls last, plan asc
        ) as size_rank
    from plan_amounts

),

final as (

    select
        customer_months.customer_id,
        customer_months.month,
        customer_months.closing_mrr,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(ranked_plans.plan, 'unknown') as plan,
        coalesce(customers.industry, 'unknown') as industry,
        coalesce(customers.country, 'unknown') as country,
        coalesce(customers.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(customers.sales_model, 'unknown') as sales_model
    from customer_months
    left join ranked_plans
        on
            customer_months.customer_id = ranked_plans.customer_id
            and customer_months.month = ranked_plans.month
            and ranked_plans.size_rank = 1
    left join customers
        on customer_months.customer_id = customers.customer_id

)

select * from final
