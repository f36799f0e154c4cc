with discounts as (

    select * from {{ ref('stg_stripe__discounts') }}

),

subscription_discounts as (

    select * from {{ ref('stg_stripe__subscription_discounts') }}

),

customer_discounts as (

    select * from {{ ref('stg_stripe__customer_discounts') }}

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
                scope_rank asc,
                synced_at desc nulls last,
                started_at desc nulls last,
                ended_at desc nulls last,
                coupon_id desc nulls last
        ) as choice
    from scoped

),

final as (

    select
        discount_id,
        scope_rank,
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        coupon_id,
        promotion_code_id,
        started_at,
        ended_at
    from ranked
    where choice = 1

)

select * from final
