with scoped as (

    select * from {{ ref('input_stripe__discounts_scoped') }}

),

coupons as (

    select * from {{ ref('stg_stripe__coupons') }}

),

promotion_codes as (

    select * from {{ ref('stg_stripe__promotion_codes') }}

),

ranked as (

    select
        scoped.*,
        row_number() over (
            partition by discount_id
            order by
                scope_rank,
                synced_at desc nulls last,
                started_at desc nulls last,
                ended_at desc nulls last,
                coupon_id desc nulls last
        ) as choice
    from scoped

),

final as (

    select
        'stripe' as billing_source,
        ranked.discount_id,
        case ranked.scope_rank
            when 1 then 'subscription_item'
            when 2 then 'subscription'
            else 'customer'
        end as discount_scope,
        ranked.subscription_item_id,
        ranked.subscription_id,
        ranked.billing_customer_id,
        coupons.coupon_id,
        coupons.duration,
        coupons.percent_off,
        coupons.amount_off,
        coupons.currency,
        ranked.started_at,
        coalesce(
            ranked.ended_at,
            case
                when coupons.duration = 'repeating'
                    then {{ add_months('ranked.started_at', 'coupons.duration_in_months') }}
            end
        ) as ended_at
    from ranked
    left join promotion_codes
        on ranked.promotion_code_id = promotion_codes.promotion_code_id
    inner join coupons
        on coalesce(ranked.coupon_id, promotion_codes.coupon_id) = coupons.coupon_id
    where ranked.choice = 1

)

select * from final
