with subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

versions as (

    select * from {{ ref('input_subscription_versions') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

plans as (

    select * from {{ ref('int_revenue__customer_plans_summarised') }}

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

final as (

    select
        coalesce(plans.customer_id, by_subscription.customer_id) as customer_id,
        case
            when plans.pays_now and by_subscription.has_past_due = 1 then 'past_due'
            when plans.pays_now then 'active'
            when by_subscription.has_paused = 1 then 'paused'
            when by_subscription.has_trialing = 1 then 'trialing'
            when plans.is_free_now then 'free'
            else 'churned'
        end as status,
        coalesce(plans.has_ever_paid, false) as has_ever_paid,
        coalesce(plans.had_free_plan, false) as had_free_plan
    from plans
    full outer join by_subscription
        on plans.customer_id = by_subscription.customer_id

)

select * from final
