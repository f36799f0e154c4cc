{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__events_rated'}}}) }}
-- Invariant: the price of every line and item that counts has a known billing interval, since an
-- amount without one is no annual amount; it never becomes 0.
with events as (

    select
        billing_source,
        price_id,
        count(*) as counted_rows,
        min(evidence_id) as row_key
    from {{ ref('int_revenue__events_rated') }}
    where is_charge and ({{ periods_per_year('billing_interval') }}) is null
    group by billing_source, price_id

),

prices as (

    select * from {{ ref('input_prices') }}

),

final as (

    select
        events.billing_source as source,
        case when prices.price_id is null then 'invoice_line_item or subscription_item' else 'price'
        end as raw_table,
        case
            when prices.price_id is null then 'price_id (or plan_id)'
            else 'recurring_interval'
        end as raw_column,
        case when prices.price_id is null then events.row_key else events.price_id end as row_key,
        prices.billing_interval as value_found,
        events.counted_rows,
        case
            when events.price_id is null
                then 'The line names no price: load price_id or plan_id of the lines.'
            when prices.price_id is null
                then
                    'Price ' || events.price_id || ' is not in the price nor in the plan table:'
                    || ' load it, deleted ones too.'
            else
                'Give price ' || events.price_id || ' the interval day, week, month or year,'
                || ' or mark it one_time.'
        end as what_to_do
    from events
    left join prices
        on events.price_id = prices.price_id

)

select * from final
