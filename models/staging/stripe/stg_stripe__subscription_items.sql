with

raw_subscription_items as (
    select * from {{ deduplicate(source('stripe', 'subscription_item'), ['id']) }} as latest
),

renamed as (
    select
        id as subscription_item_id,
        subscription_id,
        coalesce(plan_id, price_id) as price_id,
        quantity,
        created as created_at,
        current_period_start as current_period_started_at,
        current_period_end as current_period_ended_at,
        _fivetran_synced as synced_at
    from raw_subscription_items
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
