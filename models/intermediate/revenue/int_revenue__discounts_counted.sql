with discounts as (

    select * from {{ ref('input_discounts') }}
    where
        duration in ('forever', 'repeating')
        and (ended_at is null or started_at < ended_at)

),

items as (

    select
        subscription_id,
        subscription_item_id,
        max(billing_customer_id) as billing_customer_id
    from {{ ref('int_revenue__item_states_built') }}
    where subscription_id is not null
    group by subscription_id, subscription_item_id

),

subscriptions as (

    select
        subscription_id,
        max(billing_customer_id) as billing_customer_id
    from items
    group by subscription_id

),

-- A customer's discount is one on each invoice, hence on each subscription.
matched as (

    select
        discounts.discount_id,
        subscriptions.subscription_id
    from discounts
    inner join subscriptions
        on discounts.subscription_id = subscriptions.subscription_id
    where discounts.discount_scope = 'subscription'

    union all

    select
        discounts.discount_id,
        items.subscription_id
    from discounts
    inner join items
        on discounts.subscription_item_id = items.subscription_item_id
    where discounts.discount_scope = 'subscription_item'

    union all

    select
        discounts.discount_id,
        subscriptions.subscription_id
    from discounts
    inner join subscriptions
        on discounts.billing_customer_id = subscriptions.billing_customer_id
    where discounts.discount_scope = 'customer'

),

final as (

    select
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        matched.subscription_id,
        discounts.percent_off,
        discounts.amount_off,
        discounts.currency,
        discounts.started_at,
        discounts.ended_at
    from matched
    inner join discounts
        on matched.discount_id = discounts.discount_id

)

select * from final
