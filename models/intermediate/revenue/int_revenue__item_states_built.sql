with rated_events as (

    select * from {{ ref('int_revenue__events_rated') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

live_items as (

    select * from {{ ref('input_subscription_items') }}

),

snapshot_versions as (

    select * from {{ ref('subscription_items_snapshot') }}

),

-- When a run first saw that an item is no longer listed.
removals_seen as (

    select
        subscription_item_id,
        max(dbt_valid_to) as removed_at
    from snapshot_versions
    group by subscription_item_id
    having count(*) = count(dbt_valid_to) and max(dbt_valid_to) <= {{ as_of() }}

),

-- The last state of an item goes on while a live subscription lists it. Without a history of the
-- subscription, or once the item is no longer listed, it ends with its last counted period.
ended as (

    select
        rated_events.*,
        coalesce(subscriptions.billing_customer_id, rated_events.event_customer_id)
            as billing_customer_id,
        subscriptions.ended_at as subscription_ended_at,
        case
            when rated_events.next_event_at is not null then rated_events.next_event_at
            when subscriptions.subscription_id is null
                then coalesce(rated_events.period_ended_at, rated_events.valid_from)
            when live_items.subscription_item_id is not null then null
            when subscriptions.ended_at > {{ as_of() }} then rated_events.period_ended_at
            else least(
                coalesce(rated_events.period_ended_at, {{ as_of() }}),
                case
                    when removals_seen.removed_at > rated_events.valid_from
                        then removals_seen.removed_at
                    else {{ as_of() }}
                end
            )
        end as state_ended_at
    from rated_events
    left join subscriptions
        on rated_events.subscription_id = subscriptions.subscription_id
    left join live_items
        on rated_events.subscription_item_id = live_items.subscription_item_id
    left join removals_seen
        on rated_events.subscription_item_id = removals_seen.subscription_item_id

),

bounded as (

    select
        ended.*,
        case
            when subscription_ended_at is null then state_ended_at
            when state_ended_at is null then subscription_ended_at
            else least(state_ended_at, subscription_ended_at)
        end as valid_to
    from ended
    where is_charge

),

-- Neighbours that are alike are one state; its evidence is the first line that shows it.
marked as (

    select
        bounded.*,
        case
            when
                lag(valid_to) over (
                    partition by subscription_item_id order by valid_from
                ) = valid_from
                and lag(price_id) over (
                    partition by subscription_item_id order by valid_from
                ) is not distinct from price_id
                and lag(quantity) over (
                    partition by subscription_item_id order by valid_from
                ) is not distinct from quantity
                and lag(gross_annual_amount) over (
                    partition by subscription_item_id order by valid_from
                ) = gross_annual_amount
                then 0
            else 1
        end as starts_state
    from bounded
    where valid_to is null or valid_to > valid_from

),

numbered as (

    select
        marked.*,
        sum(starts_state) over (
            partition by subscription_item_id order by valid_from
            rows between unbounded preceding and current row
        ) as state_number
    from marked

),

final as (

    select
        billing_source,
        max(billing_customer_id) as billing_customer_id,
        max(subscription_id) as subscription_id,
        subscription_item_id,
        max(price_id) as price_id,
        max(product_id) as product_id,
        max(billing_interval) as billing_interval,
        max(interval_count) as interval_count,
        max(quantity) as quantity,
        max(currency) as currency,
        max(gross_annual_amount) as gross_annual_amount,
        min(valid_from) as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
        min_by(evidence, valid_from) as evidence,
        min_by(evidence_id, valid_from) as evidence_id
    from numbered
    group by billing_source, subscription_item_id, state_number

)

select * from final
