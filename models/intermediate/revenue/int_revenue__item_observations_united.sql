with live_items as (

    select * from {{ ref('input_subscription_items') }}

),

snapshot_versions as (

    select * from {{ ref('subscription_items_snapshot') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

final as (

    select
        live_items.billing_source,
        live_items.subscription_item_id,
        live_items.subscription_id,
        live_items.price_id,
        live_items.quantity,
        {{ as_of() }} as observed_at,
        'live_item' as evidence
    from live_items
    inner join subscriptions
        on live_items.subscription_id = subscriptions.subscription_id
    where subscriptions.ended_at is null or subscriptions.ended_at > {{ as_of() }}

    union all

    select
        snapshot_versions.billing_source,
        snapshot_versions.subscription_item_id,
        snapshot_versions.subscription_id,
        snapshot_versions.price_id,
        snapshot_versions.quantity,
        snapshot_versions.dbt_valid_from as observed_at,
        'snapshot' as evidence
    from snapshot_versions
    inner join subscriptions
        on snapshot_versions.subscription_id = subscriptions.subscription_id
    where
        snapshot_versions.dbt_valid_from < {{ as_of() }}
        and snapshot_versions.dbt_valid_from
        < coalesce(snapshot_versions.dbt_valid_to, {{ far_future() }})

)

select * from final
