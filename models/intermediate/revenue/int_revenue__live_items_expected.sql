with listed_items as (

    select * from {{ ref('input_subscription_items') }}
    where quantity > 0

),

paid_prices as (

    select * from {{ ref('input_prices') }}
    where
        price_type = 'recurring'
        and usage_type = 'licensed'
        and unit_amount > 0
        and (transform_divide_by is null or coalesce(transform_round, 'up') = 'up')

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

versions as (

    select * from {{ ref('input_subscription_versions') }}

),

blocked_now as (

    select
        subscription_id,
        subscription_item_id
    from {{ ref('int_revenue__blocked_windows_derived') }}
    where blocked_from <= {{ as_of() }} and blocked_to > {{ as_of() }}

),

item_events as (

    select
        subscription_item_id,
        max(valid_from) as last_event_at
    from {{ ref('int_revenue__events_rated') }}
    group by subscription_item_id

),

-- Subscriptions by their version at as-of.
states as (

    select
        subscriptions.subscription_id,
        versions.status,
        versions.status in ('active', 'past_due')
        and (subscriptions.ended_at is null or subscriptions.ended_at > {{ as_of() }}) as is_live
    from subscriptions
    inner join versions
        on
            subscriptions.subscription_id = versions.subscription_id
            and subscriptions.as_of_version_at = versions.version_started_at

),

final as (

    select
        listed_items.subscription_item_id,
        listed_items.subscription_id,
        listed_items.price_id,
        listed_items.quantity
    from listed_items
    inner join paid_prices
        on listed_items.price_id = paid_prices.price_id
    inner join states
        on listed_items.subscription_id = states.subscription_id
    where
        states.is_live
        and listed_items.subscription_item_id not in (
            select item_events.subscription_item_id
            from item_events
            where item_events.last_event_at >= {{ as_of() }}
        )
        and not exists (
            select 1
            from blocked_now
            where
                blocked_now.subscription_id = listed_items.subscription_id
                and (
                    blocked_now.subscription_item_id is null
                    or blocked_now.subscription_item_id = listed_items.subscription_item_id
                )
        )

)

select * from final
