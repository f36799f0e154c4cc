{{ config(meta={'dagster': {'ref': {'name': 'fct_subscription_periods'}}}) }}
-- Invariant: no item counts that no live subscription lists. Left out are subscriptions and items
-- of which raw data knows a later state than as-of, and those whose last paid period may still
-- run out.
-- Items of a subscription without any history count to their last period's end.
with listed_items as (

    select * from {{ ref('input_subscription_items') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

versions as (

    select * from {{ ref('input_subscription_versions') }}

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

    select * from {{ ref('fct_subscription_periods') }}
    where
        is_current
        and evidence not in ('direct', 'usage_line')
        and not {{ policy_is('churn_recognition', 'paid_through') }}

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

final as (

    select
        current_intervals.subscription_item_id,
        current_intervals.subscription_id,
        listed_items.price_id,
        listed_items.quantity,
        current_intervals.plan_id as counted_price_id,
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

)

select * from final
