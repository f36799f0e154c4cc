with periods as (

    select * from {{ ref('fct_subscription_periods') }}
    where evidence in ('invoice_line', 'live_item', 'snapshot')

),

counted_discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}

),

discounts as (

    select * from {{ ref('input_discounts') }}

),

-- As in int_revenue__percentages_applied: while a subscription's own discount runs, the customer's
-- does not count, and never that of another customer.
running as (

    select
        periods.subscription_period_id,
        periods.customer_id,
        periods.subscription_id,
        periods.currency,
        counted_discounts.discount_id,
        counted_discounts.discount_scope,
        counted_discounts.percent_off,
        counted_discounts.amount_off,
        counted_discounts.currency as amount_off_currency,
        counted_discounts.started_at,
        counted_discounts.ended_at,
        max(case when counted_discounts.discount_scope = 'subscription' then 1 else 0 end) over (
            partition by periods.subscription_period_id
        ) as has_own_discount
    from periods
    inner join counted_discounts
        on
            periods.subscription_id = counted_discounts.subscription_id
            and periods.valid_from >= counted_discounts.started_at
            and periods.valid_from < coalesce(counted_discounts.ended_at, {{ far_future() }})
            and (
                counted_discounts.discount_scope <> 'customer'
                or periods.billing_customer_id = counted_discounts.billing_customer_id
            )
            and (
                counted_discounts.subscription_item_id is null
                or periods.subscription_item_id = counted_discounts.subscription_item_id
            )

),

final as (

    select
        running.subscription_period_id,
        running.discount_id,
        running.customer_id,
        running.subscription_id,
        running.discount_scope,
        discounts.coupon_id,
        discounts.duration,
        cast(running.percent_off as decimal(18, 6)) as percent_off,
        cast(
            case
                when coalesce(running.amount_off_currency, running.currency) = running.currency
                    then running.amount_off
            end as decimal(38, 6)
        ) as amount_off,
        running.started_at,
        running.ended_at
    from running
    inner join discounts
        on running.discount_id = discounts.discount_id
    where running.discount_scope <> 'customer' or running.has_own_discount = 0

)

select * from final
order by customer_id, subscription_period_id, discount_id
