with subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

versions as (

    select * from {{ ref('input_subscription_versions') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

paused_now as (

    select subscription_id
    from blocked
    where
        cause = 'pause'
        and blocked_from <= {{ as_of() }}
        and blocked_to > {{ as_of() }}
    group by subscription_id

),

live_subscriptions as (

    select
        subscriptions.billing_source,
        subscriptions.billing_customer_id,
        case
            when paused_now.subscription_id is not null then 'paused'
            else versions.status
        end as status
    from subscriptions
    inner join versions
        on
            subscriptions.subscription_id = versions.subscription_id
            and subscriptions.as_of_version_at = versions.version_started_at
    left join paused_now
        on subscriptions.subscription_id = paused_now.subscription_id
    where subscriptions.ended_at is null or subscriptions.ended_at > {{ as_of() }}

),

by_subscription as (

    select
        coalesce(customers.customer_id, live_subscriptions.billing_customer_id) as customer_id,
        max(case when live_subscriptions.status = 'past_due' then 1 else 0 end) as has_past_due,
        max(case when live_subscriptions.status = 'paused' then 1 else 0 end) as has_paused,
        max(case when live_subscriptions.status = 'trialing' then 1 else 0 end) as has_trialing
    from live_subscriptions
    left join customers
        on
            live_subscriptions.billing_source = customers.billing_source
            and live_subscriptions.billing_customer_id = customers.billing_customer_id
    group by coalesce(customers.customer_id, live_subscriptions.billing_customer_id)

),

by_interval as (

    select
        customer_id,
        max(case when net_annual_amount > 0 then 1 else 0 end) as has_ever_paid,
        max(case when gross_annual_amount = 0 then 1 else 0 end) as had_free_plan,
        max(case when valid_to is null and net_annual_amount > 0 then 1 else 0 end) as pays_now,
        max(case when valid_to is null and net_annual_amount = 0 then 1 else 0 end) as is_free_now
    from intervals
    group by customer_id

),

final as (

    select
        coalesce(by_interval.customer_id, by_subscription.customer_id) as customer_id,
        case
            when by_interval.pays_now = 1 and by_subscription.has_past_due = 1 then 'past_due'
            when by_interval.pays_now = 1 then 'active'
            when by_subscription.has_paused = 1 then 'paused'
            when by_subscription.has_trialing = 1 then 'trialing'
            when by_interval.is_free_now = 1 then 'free'
            else 'churned'
        end as status,
        coalesce(by_interval.has_ever_paid, 0) = 1 as has_ever_paid,
        coalesce(by_interval.had_free_plan, 0) = 1 as had_free_plan
    from by_interval
    full outer join by_subscription
        on by_interval.customer_id = by_subscription.customer_id

)

select * from final
