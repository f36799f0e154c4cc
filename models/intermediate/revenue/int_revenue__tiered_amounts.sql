with wanted as (

    select * from {{ ref('int_revenue__price_amounts_wanted') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

tiers as (

    select * from {{ ref('input_price_tiers') }}

),

graduated as (

    select
        wanted.price_id,
        wanted.quantity,
        wanted.currency,
        sum(
            tiers.flat_amount
            + tiers.unit_amount
            * (
                least(wanted.quantity, coalesce(tiers.up_to_quantity, wanted.quantity))
                - tiers.above_quantity
            )
        ) as period_amount
    from wanted
    inner join prices
        on
            wanted.price_id = prices.price_id
            and wanted.currency = prices.currency
    inner join tiers
        on
            wanted.price_id = tiers.price_id
            and wanted.quantity > tiers.above_quantity
    where
        prices.billing_scheme = 'tiered'
        and coalesce(prices.tiers_mode, 'graduated') = 'graduated'
    group by wanted.price_id, wanted.quantity, wanted.currency

),

volume as (

    select
        wanted.price_id,
        wanted.quantity,
        wanted.currency,
        tiers.flat_amount + tiers.unit_amount * wanted.quantity as period_amount
    from wanted
    inner join prices
        on
            wanted.price_id = prices.price_id
            and wanted.currency = prices.currency
    inner join tiers
        on
            wanted.price_id = tiers.price_id
            and wanted.quantity > tiers.above_quantity
            and wanted.quantity <= coalesce(tiers.up_to_quantity, wanted.quantity)
    where prices.billing_scheme = 'tiered' and prices.tiers_mode = 'volume'

),

final as (

    select * from graduated
    union all
    select * from volume

)

select * from final
