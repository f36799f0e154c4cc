{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'input_stripe__discounts_scoped'}}}) }}
-- A discount whose coupon is not known cannot be counted: MRR is too high by it.
with discounts as (

    select * from {{ ref('input_stripe__discounts_scoped') }}

),

promotion_codes as (

    select * from {{ ref('stg_stripe__promotion_codes') }}

),

coupons as (

    select * from {{ ref('stg_stripe__coupons') }}

),

final as (

    select
        'stripe' as source,
        'coupon' as raw_table,
        'id' as raw_column,
        discounts.discount_id as row_key,
        coalesce(discounts.coupon_id, promotion_codes.coupon_id) as coupon_id,
        'Load the coupon of this discount, deleted coupons too.' as what_to_do
    from discounts
    left join promotion_codes
        on discounts.promotion_code_id = promotion_codes.promotion_code_id
    left join coupons
        on coalesce(discounts.coupon_id, promotion_codes.coupon_id) = coupons.coupon_id
    where coupons.coupon_id is null

)

select * from final
