with changes as (

    select * from {{ ref('int_revenue__item_changes_explained') }}

),

-- A change of an item that goes on is split: quantity at the old price, the price (or plan, or
-- term) at the new quantity, and what discounts add or take.
final as (

    select
        changes.*,
        case
            when change_kind <> 'changed' or quantity = old_quantity then 0
            when (price_key is not distinct from old_price_key)
                then gross_annual_amount - old_gross_annual_amount
            when old_quantity = 0 then 0
            else {{ divide_exact(
                'old_gross_annual_amount * cast(quantity - old_quantity as decimal(18, 0))',
                'old_quantity', 9, places=9
            ) }}
        end as quantity_annual_change,
        case
            when change_kind = 'changed'
                then
                    net_annual_amount - old_net_annual_amount
                    - (gross_annual_amount - old_gross_annual_amount)
            else 0
        end as discount_annual_change
    from changes

)

select * from final
