with items as (

    select * from {{ ref('stg_stripe__subscription_items') }}

),

final as (

    select
        'stripe' as billing_source,
        subscription_item_id,
        subscription_id,
        price_id,
        coalesce(quantity, 1) as quantity
    from items

)

select * from final
