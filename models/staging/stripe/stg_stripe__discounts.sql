with

raw_discounts as (
    select *
    from {{ deduplicate(source('stripe', 'discount'), ['id', 'type', 'type_id']) }} as latest
),

renamed as (
    select
        discounts.id as discount_id,
        upper(trim(discounts.type)) as discount_type,
        discounts.type_id,
        discounts.coupon_id,
        discounts.customer_id,
        discounts.subscription_id,
        discounts.invoice_id,
        discounts.invoice_item_id,
        discounts.promotion_code as promotion_code_id,
        discounts.start as started_at,
        discounts.end as ended_at,
        discounts._fivetran_synced as synced_at
    from raw_discounts as discounts
    where not coalesce(discounts._fivetran_deleted, false)
)

select * from renamed
