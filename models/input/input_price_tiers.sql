with tiers as (

    select * from {{ ref('stg_stripe__price_tiers') }}

),

final as (

    select
        price_id,
        coalesce(
            lag(up_to) over (partition by price_id order by coalesce(up_to, 9223372036854775807)),
            0
        ) as above_quantity,
        up_to as up_to_quantity,
        coalesce(flat_amount, 0) as flat_amount,
        coalesce(unit_amount, 0) as unit_amount
    from tiers

)

select * from final
