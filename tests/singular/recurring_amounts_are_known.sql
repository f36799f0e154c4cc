{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__events_rated'}}}) }}
-- Invariant: what counts has an amount. An item that no invoice has billed yet at its price and
-- quantity needs the price's own amount, or its tiers.
with events as (

    select * from {{ ref('int_revenue__events_rated') }}
    where is_charge and gross_annual_amount is null

),

prices as (

    select * from {{ ref('input_prices') }}

),

final as (

    select
        events.billing_source as source,
        case when prices.billing_scheme = 'tiered' then 'tier' else 'price' end as raw_table,
        case
            when prices.billing_scheme = 'tiered' then 'flat_amount, unit_amount, up_to'
            else 'unit_amount, unit_amount_decimal, currency'
        end as raw_column,
        events.price_id as row_key,
        events.subscription_item_id,
        events.quantity,
        events.currency,
        case
            when prices.billing_scheme = 'tiered'
                then 'Load the tiers of price ' || events.price_id || ' up to this quantity.'
            else
                'Load the unit amount of price ' || events.price_id || ' in this currency,'
                || ' or the tiers where it has some.'
        end as what_to_do
    from events
    inner join prices
        on events.price_id = prices.price_id
    where ({{ periods_per_year('prices.billing_interval') }}) is not null

)

select * from final
