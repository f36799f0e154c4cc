{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__recurring_intervals'}}}) }}
-- Invariant: the live state of the billing source is the interval table at as-of. Every item that
-- a live subscription (active or past due, collection not paused) lists, at a recurring licensed
-- price above 0, has a current interval of the same price and quantity; and no other item has one
-- above 0. Left out are subscriptions and items of which raw data knows a later state than as-of.
-- Items of a subscription without any history count to their last period's end.
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
        max(valid_from) as last_event_at,
        max(period_ended_at) as last_period_ended_at
    from {{ ref('int_revenue__events_rated') }}
    group by subscription_item_id

),

current_intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where valid_to is null and evidence <> 'direct'

),

-- Subscriptions by their version at as-of; those whose status may still let a paid period run out
-- say nothing about what should be there.
states as (

    select
        subscriptions.subscription_id,
        versions.status,
        versions.status in ('active', 'past_due')
        and (subscriptions.ended_at is null or subscriptions.ended_at > {{ as_of() }}) as is_live,
        versions.is_first_version and versions.status in ('unpaid', 'paused') as may_run_out,
        coalesce(subscriptions.ended_at > {{ as_of() }}, false) as ends_later
    from subscriptions
    inner join versions
        on
            subscriptions.subscription_id = versions.subscription_id
            and subscriptions.as_of_version_at = versions.version_started_at

),

expected as (

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
            where item_events.last_event_at > {{ as_of() }}
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

),

missing as (

    select
        expected.subscription_item_id,
        expected.subscription_id,
        expected.price_id,
        expected.quantity,
        current_intervals.price_id as counted_price_id,
        current_intervals.quantity as counted_quantity,
        'a live paid item is not counted as it is' as problem
    from expected
    left join current_intervals
        on expected.subscription_item_id = current_intervals.subscription_item_id
    where
        current_intervals.subscription_item_id is null
        or current_intervals.price_id is distinct from expected.price_id
        or current_intervals.quantity <> expected.quantity
        or current_intervals.gross_annual_amount <= 0

),

unexpected as (

    select
        current_intervals.subscription_item_id,
        current_intervals.subscription_id,
        listed_items.price_id,
        listed_items.quantity,
        current_intervals.price_id as counted_price_id,
        current_intervals.quantity as counted_quantity,
        'an item counts that no live subscription lists' as problem
    from current_intervals
    left join states
        on current_intervals.subscription_id = states.subscription_id
    left join subscriptions
        on current_intervals.subscription_id = subscriptions.subscription_id
    left join listed_items
        on current_intervals.subscription_item_id = listed_items.subscription_item_id
    left join item_events
        on current_intervals.subscription_item_id = item_events.subscription_item_id
    where
        current_intervals.net_annual_amount > 0
        and not coalesce(item_events.last_event_at > {{ as_of() }}, false)
        and case
            when subscriptions.subscription_id is null
            then not coalesce(item_events.last_period_ended_at > {{ as_of() }}, false)
            when states.subscription_id is null or states.may_run_out then false
            else
                not states.is_live
                or (listed_items.subscription_item_id is null and not states.ends_later)
        end

),

final as (

    select * from missing
    union all
    select * from unexpected

)

select * from final
