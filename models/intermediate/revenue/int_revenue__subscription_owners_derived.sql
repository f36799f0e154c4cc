with versions as (

    select * from {{ ref('input_subscription_versions') }}
    where billing_customer_id is not null

),

renewals as (

    select * from {{ ref('int_revenue__billing_events_selected') }}
    where
        is_charge
        and not is_proration
        and subscription_id is not null
        and billing_customer_id is not null

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

-- The history says whose a subscription is; before its first version, or without one, the invoices
-- of its renewals do (a proration may be billed to the next customer).
sightings as (

    select
        subscription_id,
        billing_customer_id,
        version_started_at as seen_at
    from versions

    union all

    select
        renewals.subscription_id,
        renewals.billing_customer_id,
        renewals.event_at as seen_at
    from renewals
    left join subscriptions
        on renewals.subscription_id = subscriptions.subscription_id
    where
        subscriptions.subscription_id is null
        or renewals.event_at < subscriptions.first_version_at

),

moved as (

    select subscription_id
    from sightings
    group by subscription_id
    having min(billing_customer_id) <> max(billing_customer_id)

),

by_instant as (

    select
        sightings.subscription_id,
        sightings.seen_at,
        max(sightings.billing_customer_id) as billing_customer_id
    from sightings
    inner join moved
        on sightings.subscription_id = moved.subscription_id
    group by sightings.subscription_id, sightings.seen_at

),

changes as (

    select
        by_instant.*,
        lag(billing_customer_id) over (
            partition by subscription_id order by seen_at
        ) as previous_customer_id
    from by_instant

),

-- Only subscriptions that change hands are here; most never do.
final as (

    select
        subscription_id,
        billing_customer_id,
        case
            when previous_customer_id is null then timestamp '1900-01-01 00:00:00'
            else seen_at
        end as owned_from,
        coalesce(
            lead(seen_at) over (partition by subscription_id order by seen_at),
            {{ far_future() }}
        ) as owned_to
    from changes
    where billing_customer_id is distinct from previous_customer_id

)

select * from final
