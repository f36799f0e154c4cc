with wanted as (

    select * from {{ ref('int_revenue__price_amounts_wanted') }}

),

tiered_amounts as (

    select * from {{ ref('int_revenue__tiered_amounts') }}

),

events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

per_unit as (

    select
        wanted.price_id,
        wanted.quantity,
        wanted.currency,
        prices.unit_amount * case
            when prices.transform_divide_by is null then wanted.quantity
            when prices.transform_round = 'down'
                then cast(
                    floor(wanted.quantity / cast(prices.transform_divide_by as double)) as bigint
                )
            else cast(
                ceil(wanted.quantity / cast(prices.transform_divide_by as double)) as bigint
            )
        end as period_amount
    from wanted
    inner join prices
        on
            wanted.price_id = prices.price_id
            and wanted.currency = prices.currency
    where prices.billing_scheme = 'per_unit' and prices.unit_amount is not null

),

by_price_list as (

    select * from per_unit
    union all
    select * from tiered_amounts

),

-- A price whose amounts did not land is still known from what its renewals were billed.
unit_by_renewals as (

    select
        events.price_id,
        events.currency,
        max_by(
            {{ divide_exact('events.amount', 'events.quantity', 12, places=6) }}, events.event_at
        ) as unit_amount
    from events
    inner join prices
        on events.price_id = prices.price_id
    where
        events.is_charge
        and not events.is_proration
        and events.amount > 0
        and prices.billing_scheme = 'per_unit'
        and prices.transform_divide_by is null
    group by events.price_id, events.currency

),

by_renewals as (

    select
        price_id,
        quantity,
        currency,
        max(amount) as period_amount
    from events
    where is_charge and not is_proration and amount > 0
    group by price_id, quantity, currency

),

final as (

    select
        wanted.price_id,
        wanted.quantity,
        wanted.currency,
        {{ round_to_minor_unit(
            'case when wanted.quantity = 0 then 0 else '
            ~ 'coalesce(by_price_list.period_amount, by_renewals.period_amount, '
            ~ 'unit_by_renewals.unit_amount * wanted.quantity) end',
            'wanted.currency'
        ) }} as period_amount
    from wanted
    left join by_price_list
        on
            wanted.price_id = by_price_list.price_id
            and wanted.quantity = by_price_list.quantity
            and wanted.currency = by_price_list.currency
    left join by_renewals
        on
            wanted.price_id = by_renewals.price_id
            and wanted.quantity = by_renewals.quantity
            and wanted.currency = by_renewals.currency
    left join unit_by_renewals
        on
            wanted.price_id = unit_by_renewals.price_id
            and wanted.currency = unit_by_renewals.currency

)

select * from final
