with scoped as (

    select * from {{ ref('input_stripe__discounts_scoped') }}

),

coupons as (

    select * from {{ ref('stg_stripe__coupons') }}

),

promotion_codes as (

    select * from {{ ref('stg_stripe__promotion_codes') }}

),

described as (

    select
        'stripe' as billing_source,
        scoped.discount_id,
        case scoped.scope_rank
            when 1 then 'subscription_item'
            when 2 then 'subscription'
            else 'customer'
        end as discount_scope,
        scoped.subscription_item_id,
        scoped.subscription_id,
        scoped.billing_customer_id,
        coupons.coupon_id,
        coupons.duration,
        coupons.percent_off,
        coupons.amount_off,
        coupons.currency,
        scoped.started_at,
        scoped.ended_at,
        case
            when coupons.duration = 'repeating'
                then {{ add_months('scoped.started_at', 'coupons.duration_in_months') }}
        end as scheduled_ended_at
    from scoped
    left join promotion_codes
        on scoped.promotion_code_id = promotion_codes.promotion_code_id
    inner join coupons
        on coalesce(scoped.coupon_id, promotion_codes.coupon_id) = coupons.coupon_id

),

final as (

    select
        billing_source,
        discount_id,
        discount_scope,
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        coupon_id,
        duration,
        percent_off,
        amount_off,
        currency,
        started_at,
        scheduled_ended_at,
        coalesce(ended_at, scheduled_ended_at) as ended_at
    from described

)

select * from final
