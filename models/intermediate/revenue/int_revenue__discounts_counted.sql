with discounts as (

    select * from {{ ref('input_discounts') }}
    where duration in ('forever', 'repeating')

),

subscriptions as (

    select
        subscription_id,
        max(billing_customer_id) as billing_customer_id
    from {{ ref('int_revenue__item_states_built') }}
    where subscription_id is not null
    group by subscription_id

),

-- A customer's discount is one on each invoice, hence on each subscription.
by_subscription as (

    select
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        subscriptions.subscription_id,
        discounts.percent_off,
        discounts.amount_off,
        discounts.currency,
        discounts.started_at,
        discounts.ended_at
    from discounts
    inner join subscriptions
        on discounts.subscription_id = subscriptions.subscription_id
    where discounts.discount_scope <> 'customer'

    union all

    select
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        subscriptions.subscription_id,
        discounts.percent_off,
        discounts.amount_off,
        discounts.currency,
        discounts.started_at,
        discounts.ended_at
    from discounts
    inner join subscriptions
        on discounts.billing_customer_id = subscriptions.billing_customer_id
    where discounts.discount_scope = 'customer'

),

final as (

    select * from by_subscription
    where ended_at is null or started_at < ended_at

)

select * from final
