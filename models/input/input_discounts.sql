with discounts as (

    select * from {{ ref('stg_stripe__discounts') }}

),

subscription_discounts as (

    select * from {{ ref('stg_stripe__subscription_discounts') }}

),

customer_discounts as (

    select * from {{ ref('stg_stripe__customer_discounts') }}

),

coupons as (

    select * from {{ ref('stg_stripe__coupons') }}

),

promotion_codes as (

    select * from {{ ref('stg_stripe__promotion_codes') }}

),

-- The loader has kept discounts in one table, then in a table a kind, then in both. Rows of kind
-- INVOICE only repeat a discount, and a CUSTOMER row with a subscription is a fault of the loader.
scoped as (

    select
        discount_id,
        case discount_type
            when 'SUBSCRIPTION_ITEM' then 1
            when 'SUBSCRIPTION' then 2
            when 'CUSTOMER' then 3
        end as scope_rank,
        case when discount_type = 'SUBSCRIPTION_ITEM' then type_id end as subscription_item_id,
        case
            when discount_type = 'SUBSCRIPTION' then coalesce(subscription_id, type_id)
            when discount_type = 'SUBSCRIPTION_ITEM' then subscription_id
        end as subscription_id,
        case
            when discount_type = 'CUSTOMER' then coalesce(customer_id, type_id)
            else customer_id
        end as billing_customer_id,
        coupon_id,
        promotion_code_id,
        started_at,
        ended_at,
        synced_at
    from discounts
    where
        discount_type in ('SUBSCRIPTION_ITEM', 'SUBSCRIPTION')
        or (discount_type = 'CUSTOMER' and subscription_id is null)

    union all

    select
        discount_id,
        2 as scope_rank,
        cast(null as string) as subscription_item_id,
        subscription_id,
        customer_id as billing_customer_id,
        coupon_id,
        promotion_code_id,
        started_at,
        ended_at,
        synced_at
    from subscription_discounts
    where subscription_id is not null

    union all

    select
        discount_id,
        3 as scope_rank,
        cast(null as string) as subscription_item_id,
        cast(null as string) as subscription_id,
        customer_id as billing_customer_id,
        coupon_id,
        promotion_code_id,
        started_at,
        ended_at,
        synced_at
    from customer_discounts
    where subscription_id is null and customer_id is not null

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
