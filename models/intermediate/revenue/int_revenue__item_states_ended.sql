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

-- churn_recognition paid_through: an ended subscription's item ends with its last paid period.
paid_through as (

    select
        subscription_item_id,
        max(period_ended_at) as paid_through_at
    from {{ ref('int_revenue__counted_lines_selected') }}
    where {{ policy_is('churn_recognition', 'paid_through') }} and is_charge and is_paid
    group by subscription_item_id

),

-- An item that no snapshot has ever listed was gone when the first one was taken.
first_snapshot as (

    select min(dbt_valid_from) as taken_at
    from snapshot_versions
    where dbt_valid_from <= {{ as_of() }}

),

-- The last state of an item goes on while a live subscription lists it. Without a history of the
-- subscription, or once the item is no longer listed, it ends with its last counted period.
ended as (

    select
        rated_events.*,
        coalesce(subscriptions.billing_customer_id, rated_events.event_customer_id)
            as billing_customer_id,
        case
            when subscriptions.ended_at is not null
                then coalesce(paid_through.paid_through_at, subscriptions.ended_at)
        end as subscription_ended_at,
        case
            when rated_events.next_event_at is not null then rated_events.next_event_at
            when subscriptions.subscription_id is null
                then coalesce(rated_events.period_ended_at, rated_events.valid_from)
            when live_items.subscription_item_id is not null then null
            when paid_through.paid_through_at is not null and subscriptions.ended_at is not null
                then null
            when subscriptions.ended_at > {{ as_of() }} then rated_events.period_ended_at
            else least(
                coalesce(rated_events.period_ended_at, {{ as_of() }}),
                case
                    when
                        coalesce(removals_seen.removed_at, first_snapshot.taken_at)
                        > rated_events.valid_from
                        then coalesce(removals_seen.removed_at, first_snapshot.taken_at)
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
    left join paid_through
        on rated_events.subscription_item_id = paid_through.subscription_item_id
    cross join first_snapshot

),

final as (

    select
        ended.*,
        case
            when subscription_ended_at is null then state_ended_at
            when state_ended_at is null then subscription_ended_at
            else least(state_ended_at, subscription_ended_at)
        end as valid_to
    from ended
    where is_charge

)

select * from final
where valid_to is null or valid_to > valid_from
