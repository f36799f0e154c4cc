with versions as (

    select * from {{ ref('input_subscription_versions') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

charges as (

    select * from {{ ref('int_revenue__billing_events_selected') }}
    where is_charge

),

far_past as (

    select timestamp '1900-01-01 00:00:00' as instant

),

-- Before its first version a subscription that started incomplete counts nothing, nor one whose
-- history is whole. Any other first version says nothing about the time before it.
not_started as (

    select
        subscriptions.subscription_id,
        cast(null as string) as subscription_item_id,
        far_past.instant as blocked_from,
        subscriptions.first_version_at as blocked_to,
        'not_started' as cause
    from subscriptions
    cross join far_past
    where
        subscriptions.first_status in ('incomplete', 'incomplete_expired')
        or subscriptions.first_version_at <= subscriptions.created_at

),

idle_versions as (

    select
        versions.subscription_id,
        versions.version_started_at,
        versions.version_ended_at,
        versions.status,
        versions.is_first_version
        and versions.status in ('unpaid', 'paused')
        and versions.version_started_at <= versions.created_at as starts_with_period_end
    from versions
    where
        versions.status in ('incomplete', 'incomplete_expired', 'trialing', 'paused', 'unpaid')
        or (versions.status = 'past_due' and {{ policy_is('past_due_in_mrr', false) }})

),

idle as (

    select
        idle_versions.subscription_id,
        cast(null as string) as subscription_item_id,
        case
            when max(case when idle_versions.starts_with_period_end then 1 else 0 end) = 1
                then coalesce(max(charges.period_ended_at), idle_versions.version_started_at)
            else idle_versions.version_started_at
        end as blocked_from,
        coalesce(idle_versions.version_ended_at, {{ far_future() }}) as blocked_to,
        case idle_versions.status
            when 'unpaid' then 'unpaid'
            when 'past_due' then 'unpaid'
            when 'paused' then 'pause'
            when 'trialing' then 'trial'
            else 'not_started'
        end as cause
    from idle_versions
    left join charges
        on
            idle_versions.starts_with_period_end
            and idle_versions.subscription_id = charges.subscription_id
            and charges.event_at < coalesce(idle_versions.version_ended_at, {{ far_future() }})
    group by
        idle_versions.subscription_id,
        idle_versions.version_started_at,
        idle_versions.version_ended_at,
        idle_versions.status

),

pause_windows as (

    select * from {{ ref('int_revenue__pauses_derived') }}

),

policy_windows as (

    select * from {{ ref('int_revenue__policy_windows_derived') }}

),

final as (

    select * from not_started
    union all
    select * from idle
    union all
    select
        subscription_id,
        subscription_item_id,
        paused_from as blocked_from,
        resumed_at as blocked_to,
        'pause' as cause
    from pause_windows
    union all
    select
        subscription_id,
        cast(null as string) as subscription_item_id,
        blocked_from,
        blocked_to,
        cause
    from policy_windows

)

select * from final
where blocked_from < blocked_to
