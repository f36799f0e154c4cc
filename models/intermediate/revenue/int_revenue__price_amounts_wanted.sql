with events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}

),

observed_items as (

    select * from {{ ref('int_revenue__live_items_observed') }}

),

-- What a renewal is not there to say: the amount of one period at a price and quantity.
final as (

    select
        price_id,
        quantity,
        currency
    from events
    where is_charge and is_proration

    union

    select
        price_id,
        quantity,
        currency
    from observed_items

)

select * from final
