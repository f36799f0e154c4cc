with pauses as (

    select * from {{ ref('int_revenue__pauses_dated') }}

),

charges as (

    select * from {{ ref('int_revenue__billing_events_selected') }}
    where is_charge

),

items as (

    select
        subscription_id,
        subscription_item_id
    from {{ ref('int_revenue__events_rated') }}
    group by subscription_id, subscription_item_id

),

-- A pause takes hold at the end of the period in force when it was asked for: the item's own
-- where a counted line covers the instant, else the subscription's. Where the history begins
-- with the pause, a period without a counted line was paused already; where it begins so at the
-- subscription's creation, nobody knows when it was asked for: it takes hold after the last
-- counted period.
item_pauses as (

    select
        pauses.subscription_id,
        items.subscription_item_id,
        pauses.pause_number,
        pauses.asked_at,
        pauses.resumed_at,
        case
            when
                not pauses.is_first_seen_paused
                and pauses.current_period_ended_at > pauses.asked_at
                then pauses.current_period_ended_at
        end as known_period_ended_at,
        max(
            case
                when pauses.is_asked_at_unknown_time or charges.period_ended_at > pauses.asked_at
                    then charges.period_ended_at
            end
        ) as subscription_period_ended_at,
        max_by(
            charges.period_ended_at,
            case
                when
                    charges.subscription_item_id = items.subscription_item_id
                    and (
                        pauses.is_asked_at_unknown_time
                        or charges.period_ended_at > pauses.asked_at
                    )
                    then charges.event_at
            end
        ) as item_period_ended_at
    from pauses
    inner join items
        on pauses.subscription_id = items.subscription_id
    left join charges
        on
            pauses.subscription_id = charges.subscription_id
            and charges.event_at < case
                when pauses.is_asked_at_unknown_time then pauses.resumed_at
                else {{ just_after('pauses.asked_at') }}
            end
    group by
        pauses.subscription_id,
        items.subscription_item_id,
        pauses.pause_number,
        pauses.asked_at,
        pauses.resumed_at,
        pauses.current_period_ended_at,
        pauses.is_first_seen_paused

),

final as (

    select
        subscription_id,
        subscription_item_id,
        asked_at,
        coalesce(
            item_period_ended_at,
            known_period_ended_at,
            subscription_period_ended_at,
            asked_at
        ) as paused_from,
        resumed_at
    from item_pauses

)

select * from final
where paused_from < resumed_at
