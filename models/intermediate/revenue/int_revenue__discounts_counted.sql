with discounts as (

    select * from {{ ref('input_discounts') }}
    where
        {{ counted_durations() }}
        and (duration = 'once' or ended_at is null or started_at < ended_at)

),

items as (

    select
        subscription_id,
        subscription_item_id,
        max(billing_customer_id) as billing_customer_id,
        max(billing_interval) as billing_interval,
        max(interval_count) as interval_count
    from {{ ref('int_revenue__item_states_built') }}
    where subscription_id is not null
    group by subscription_id, subscription_item_id

),

subscriptions as (

    select
        subscription_id,
        max(billing_customer_id) as billing_customer_id,
        max_by(billing_interval, subscription_item_id) as billing_interval,
        max_by(interval_count, subscription_item_id) as interval_count
    from items
    group by subscription_id

),

-- Whose a subscription is, or was for a while.
holders as (

    select
        subscription_id,
        billing_customer_id
    from subscriptions

    union

    select
        subscription_id,
        billing_customer_id
    from {{ ref('int_revenue__subscription_owners_derived') }}

),

-- A coupon for once holds for one billing period, whatever the loader says of its end.
-- A customer's discount is one on each invoice, hence on each subscription.
matched as (

    select
        discounts.discount_id,
        subscriptions.subscription_id,
        subscriptions.billing_interval,
        subscriptions.interval_count
    from discounts
    inner join subscriptions
        on discounts.subscription_id = subscriptions.subscription_id
    where discounts.discount_scope = 'subscription'

    union all

    select
        discounts.discount_id,
        items.subscription_id,
        items.billing_interval,
        items.interval_count
    from discounts
    inner join items
        on discounts.subscription_item_id = items.subscription_item_id
    where discounts.discount_scope = 'subscription_item'

    union all

    select
        discounts.discount_id,
        subscriptions.subscription_id,
        subscriptions.billing_interval,
        subscriptions.interval_count
    from discounts
    inner join holders
        on discounts.billing_customer_id = holders.billing_customer_id
    inner join subscriptions
        on holders.subscription_id = subscriptions.subscription_id
    where discounts.discount_scope = 'customer'

),

final as (

    select
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        discounts.billing_customer_id,
        matched.subscription_id,
        discounts.percent_off,
        discounts.amount_off,
        discounts.currency,
        discounts.started_at,
        case
            when discounts.duration = 'once'
                then {{ add_billing_period(
                    'discounts.started_at', 'matched.billing_interval', 'matched.interval_count'
                ) }}
            else discounts.ended_at
        end as ended_at
    from matched
    inner join discounts
        on matched.discount_id = discounts.discount_id

)

select * from final
