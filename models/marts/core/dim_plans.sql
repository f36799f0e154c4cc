with prices as (

    select * from {{ ref('input_prices') }}

),

periods as (

    select * from {{ ref('fct_subscription_periods') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

use_of_plans as (

    select
        periods.plan_id,
        max(periods.plan_name) as plan_name,
        max(periods.billing_source) as billing_source,
        max(periods.billing_interval) as billing_interval,
        max(periods.interval_count) as interval_count,
        max(periods.currency) as currency,
        count(distinct case
            when periods.is_current and periods.net_annual_amount > 0
                then periods.customer_id
        end) as current_customers,
        {{ monthly_from_annual(
            'sum(case when periods.is_current then '
            ~ in_reporting_currency('periods.net_annual_amount', 'fx_rates.rate') ~ ' end)'
        ) }} as current_mrr
    from periods
    left join fx_rates
        on
            periods.currency = fx_rates.currency
            and {{ month_start(as_of_date()) }} = fx_rates.month
    group by periods.plan_id

),

listed as (

    select
        prices.price_id as plan_id,
        prices.billing_source,
        coalesce(prices.product_name, prices.price_name, prices.price_id) as plan_name,
        prices.price_name,
        prices.product_id,
        prices.price_type,
        prices.usage_type,
        prices.billing_scheme,
        prices.billing_interval,
        prices.interval_count,
        prices.currency,
        prices.unit_amount,
        prices.is_active
    from prices

    union all

    select
        plan_id,
        billing_source,
        plan_name,
        cast(null as string) as price_name,
        cast(null as string) as product_id,
        'recurring' as price_type,
        'licensed' as usage_type,
        cast(null as string) as billing_scheme,
        billing_interval,
        interval_count,
        currency,
        cast(null as decimal(38, 12)) as unit_amount,
        current_customers > 0 as is_active
    from use_of_plans
    where plan_id not in (select price_id from prices)

),

final as (

    select
        listed.plan_id,
        listed.billing_source,
        listed.plan_name,
        listed.price_name,
        listed.product_id,
        listed.price_type,
        listed.usage_type,
        listed.billing_scheme,
        listed.billing_interval,
        cast(listed.interval_count as int) as interval_count,
        listed.currency,
        cast(listed.unit_amount as decimal(38, 12)) as unit_amount,
        coalesce(listed.unit_amount = 0, false) as is_free,
        listed.is_active,
        cast(coalesce(use_of_plans.current_customers, 0) as bigint) as current_customers,
        cast(coalesce(use_of_plans.current_mrr, 0) as decimal(38, 6)) as current_mrr
    from listed
    left join use_of_plans
        on listed.plan_id = use_of_plans.plan_id

)

select * from final
order by plan_id
