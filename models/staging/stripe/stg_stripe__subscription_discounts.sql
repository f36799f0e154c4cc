with

raw_subscription_discounts as (
    select *
    from
        {{
            deduplicate(
                source('stripe', 'subscription_discount'),
                ['id', 'subscription_id']
            )
        }} as latest
),

renamed as (
    select
        discounts.id as discount_id,
        discounts.coupon_id,
        discounts.customer_id,
        discounts.subscription_id,
        discounts.invoice_id,
        discounts.invoice_item_id,
        discounts.promotion_code as promotion_code_id,
        discounts.start as started_at,
        discounts.end as ended_at,
        discounts._fivetran_synced as synced_at
    from raw_subscription_discounts as discounts
    where not coalesce(discounts._fivetran_deleted, false)
)

select * from renamed
