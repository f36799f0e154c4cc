with prices as (

    select * from {{ ref('stg_stripe__prices') }}

),

plans as (

    select * from {{ ref('stg_stripe__plans') }}

),

products as (

    select * from {{ ref('stg_stripe__products') }}

),

-- The old plan list repeats the ids of the price list; a price known in both counts as a price.
all_prices as (

    select * from prices

    union all

    select * from plans
    where price_id not in (select price_id from prices)

),

final as (

    select
        'stripe' as billing_source,
        all_prices.price_id,
        all_prices.price_name,
        all_prices.product_id,
        products.product_name,
        coalesce(
            all_prices.price_type,
            case when all_prices.billing_interval is null then 'one_time' else 'recurring' end
        ) as price_type,
        coalesce(all_prices.usage_type, 'licensed') as usage_type,
        all_prices.currency,
        all_prices.billing_interval,
        coalesce(all_prices.interval_count, 1) as interval_count,
        coalesce(
            all_prices.billing_scheme,
            case when all_prices.tiers_mode is null then 'per_unit' else 'tiered' end
        ) as billing_scheme,
        all_prices.tiers_mode,
        all_prices.unit_amount,
        all_prices.transform_divide_by,
        all_prices.transform_round,
        coalesce(all_prices.is_active, false) as is_active
    from all_prices
    left join products
        on all_prices.product_id = products.product_id

)

select * from final
