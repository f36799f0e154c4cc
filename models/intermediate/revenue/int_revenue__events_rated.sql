with events as (

    select * from {{ ref('int_revenue__tax_shares_settled') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

price_amounts as (

    select * from {{ ref('int_revenue__price_amounts') }}

),

-- A renewal says its own amount, so tiers, packages and trials come out right. A proration says
-- what a part of a period cost; its rate is what the next renewal will be: quantity at price.
priced as (

    select
        events.*,
        prices.product_id,
        prices.billing_interval,
        prices.interval_count,
        case
            when events.is_proration is null then price_amounts.period_amount
            when events.is_proration
                then coalesce(
                    price_amounts.period_amount,
                    {{ round_to_minor_unit(
                        'events.amount * ' ~ full_period_share(
                            'events.event_at', 'events.period_ended_at',
                            'prices.billing_interval', 'prices.interval_count'
                        ),
                        'events.currency'
                    ) }}
                )
            else events.amount
        end as period_amount
    from events
    left join prices
        on events.price_id = prices.price_id
    left join price_amounts
        on
            events.price_id = price_amounts.price_id
            and events.quantity = price_amounts.quantity
            and events.currency = price_amounts.currency

),

-- The share of an invoice's total that is not tax goes with each line. Where it is coarse the line
-- is rounded to the minor unit, so that the next renewal shows no change.
netted as (

    select
        priced.*,
        case
            when is_share_coarse
                then {{ round_to_minor_unit(
                    divide_exact('period_amount * net_of_tax', 'gross_of_tax', 6, places=6),
                    'currency'
                ) }}
            else period_amount
        end as counted_amount,
        coalesce({{ divide_exact('net_of_tax', 'gross_of_tax', 16, places=6) }}, 1)
            as share_without_tax,
        case when is_share_coarse then 1 else coalesce(net_of_tax, 1) end as share_of,
        case when is_share_coarse then 1 else coalesce(gross_of_tax, 1) end as share_in
    from priced

),

rated as (

    select
        netted.*,
        case
            when not is_charge then 0
            else {{ divide_exact(
                'counted_amount * ' ~ periods_per_year('billing_interval') ~ ' * share_of',
                'interval_count * share_in',
                12, places=6
            ) }}
        end as gross_annual_amount
    from netted

),

final as (

    select
        billing_source,
        subscription_id,
        subscription_item_id,
        max(billing_customer_id) over (partition by subscription_item_id) as event_customer_id,
        is_charge,
        price_id,
        product_id,
        billing_interval,
        interval_count,
        quantity,
        currency,
        gross_annual_amount,
        share_without_tax,
        event_at as valid_from,
        lead(event_at) over (partition by subscription_item_id order by event_at) as next_event_at,
        period_ended_at,
        evidence,
        evidence_id
    from rated

)

select * from final
