with

raw_price_tiers as (
    select * from {{ deduplicate(source('stripe', 'tier'), ['id', 'index']) }} as latest
),

prices as (
    select * from {{ ref('stg_stripe__prices') }}
),

plans as (
    select * from {{ ref('stg_stripe__plans') }}
),

-- A tier says neither its currency nor its mode: both are those of its price.
tiers_in_currency as (
    select
        tiers.id as price_id,
        tiers.index as tier_index,
        lower(trim(tiers.up_to)) as up_to,
        coalesce(nullif(trim(tiers.flat_amount_decimal), ''), cast(tiers.flat_amount as string))
            as flat_amount,
        coalesce(nullif(trim(tiers.unit_amount_decimal), ''), cast(tiers.unit_amount as string))
            as unit_amount,
        coalesce(prices.currency, plans.currency) as currency
    from raw_price_tiers as tiers
    left join prices on tiers.id = prices.price_id
    left join plans on tiers.id = plans.price_id
),

renamed as (
    select
        price_id,
        tier_index,
        -- Text that is neither a number nor infinity stops the run.
        case
            when up_to not in ('inf', 'infinity', '')
                then cast(cast(up_to as decimal(38, 0)) as bigint)
        end as up_to,
        {{ minor_decimal_to_major('flat_amount', 'currency') }} as flat_amount,
        {{ minor_decimal_to_major('unit_amount', 'currency') }} as unit_amount
    from tiers_in_currency
    where currency is not null
)

select * from renamed
