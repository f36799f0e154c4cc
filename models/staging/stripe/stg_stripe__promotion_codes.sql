with

raw_promotion_codes as (
    select * from {{ deduplicate(source('stripe', 'promotion_code'), ['id']) }} as latest
),

renamed as (
    select
        id as promotion_code_id,
        code,
        coupon_id,
        customer_id,
        coalesce(active, true) as is_active,
        created as created_at,
        expires_at,
        _fivetran_synced as synced_at
    from raw_promotion_codes
)

select * from renamed
