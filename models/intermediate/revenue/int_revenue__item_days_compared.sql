{%- set netting_day = netting_period(reporting_date('changed_at')) -%}
{%- set item_days -%}
    partition by customer_id, subscription_item_id, currency order by change_date
{%- endset -%}

with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

chained as (

    select
        intervals.*,
        coalesce(product_id, plan_name) as plan_key,
        coalesce(
            price_id,
            concat_ws(
                '|', plan_name, billing_interval, cast(interval_count as string),
                cast({{ divide_exact('gross_annual_amount', 'quantity', 9, places=9) }} as string)
            )
        ) as price_key,
        lead(valid_from) over (
            partition by customer_id, subscription_item_id order by valid_from
        ) as next_from,
        lead(currency) over (
            partition by customer_id, subscription_item_id order by valid_from
        ) as next_currency
    from intervals

),

-- Each instant at which an item changes: the state it comes to, or none where it stops.
changes as (

    select
        customer_id,
        subscription_item_id,
        valid_from as changed_at,
        subscription_id,
        billing_source,
        price_key,
        plan_key,
        billing_interval,
        interval_count,
        quantity,
        currency,
        gross_annual_amount,
        net_annual_amount,
        evidence,
        evidence_id
    from chained

    union all

    select
        customer_id,
        subscription_item_id,
        valid_to as changed_at,
        subscription_id,
        billing_source,
        price_key,
        plan_key,
        billing_interval,
        interval_count,
        quantity,
        currency,
        cast(null as decimal(38, 12)) as gross_annual_amount,
        cast(0 as decimal(38, 12)) as net_annual_amount,
        evidence,
        evidence_id
    from chained
    where valid_to is not null and (valid_to, currency) is distinct from (next_from, next_currency)

),

dated as (

    select
        changes.*,
        {{ reporting_date('changed_at') }} as change_date,
        row_number() over (
            partition by customer_id, subscription_item_id, currency, {{ netting_day }}
            order by changed_at desc
        ) as from_last
    from changes

),

-- The state an item closes a day with, beside the one it closed its last day of change with.
closing_states as (

    select * from dated
    where from_last = 1

),

final as (

    select
        customer_id,
        subscription_item_id,
        subscription_id,
        billing_source,
        change_date,
        currency,
        price_key,
        plan_key,
        billing_interval,
        interval_count,
        quantity,
        gross_annual_amount,
        net_annual_amount,
        evidence,
        evidence_id,
        lag(price_key) over ({{ item_days }}) as old_price_key,
        lag(plan_key) over ({{ item_days }}) as old_plan_key,
        lag(billing_interval) over ({{ item_days }}) as old_billing_interval,
        lag(interval_count) over ({{ item_days }}) as old_interval_count,
        lag(quantity) over ({{ item_days }}) as old_quantity,
        lag(gross_annual_amount) over ({{ item_days }}) as old_gross_annual_amount,
        coalesce(lag(net_annual_amount) over ({{ item_days }}), 0) as old_net_annual_amount
    from closing_states

)

select * from final
where net_annual_amount <> old_net_annual_amount
