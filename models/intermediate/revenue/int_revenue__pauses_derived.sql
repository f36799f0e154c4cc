with versions as (

    select * from {{ ref('input_subscription_versions') }}
    where is_collection_paused

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

paused_versions as (

    select
        versions.*,
        least(
            coalesce(version_ended_at, timestamp '9999-12-31 00:00:00'),
            case
                when pause_resumes_at > version_started_at then pause_resumes_at
                else timestamp '9999-12-31 00:00:00'
            end
        ) as collects_again_at
    from versions

),

-- Versions in which collection stays paused are one pause.
marked as (

    select
        paused_versions.*,
        case
            when
                lag(collects_again_at) over (
                    partition by subscription_id order by version_started_at
                ) >= version_started_at
                then 0
            else 1
        end as starts_pause
    from paused_versions

),

numbered as (

    select
        marked.*,
        sum(starts_pause) over (
            partition by subscription_id order by version_started_at
            rows between unbounded preceding and current row
        ) as pause_number
    from marked

),

pauses as (

    select
        subscription_id,
        pause_number,
        min(version_started_at) as asked_at,
        max_by(collects_again_at, version_started_at) as resumed_at,
        min_by(current_period_ended_at, version_started_at) as current_period_ended_at,
        max(case when is_first_version then 1 else 0 end) = 1 as is_first_seen_paused,
        max(case when is_first_version and version_started_at <= created_at then 1 else 0 end) = 1
            as is_asked_at_unknown_time
    from numbered
    group by subscription_id, pause_number

),

-- A pause takes hold at the end of the period in force when it was asked for: the item's own where a
-- counted line covers the instant, else the subscription's. Where the history begins with the pause,
-- a period without a counted line was paused already; where it begins so at the subscription's
-- creation, nobody knows when it was asked for: it takes hold after the last counted period.
item_pauses as (

    select
        pauses.subscription_id,
        items.subscription_item_id,
        pauses.pause_number,
        pauses.asked_at,
        pauses.resumed_at,
        case
            when not pauses.is_first_seen_paused and pauses.current_period_ended_at > pauses.asked_at
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
