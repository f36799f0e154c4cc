{{ config(meta={'dagster': {'ref': {'name': 'fct_subscription_periods'}}}) }}
-- Invariant: the live state of the billing source is the interval table at as-of. Every item that
-- a live subscription (active or past due, collection not paused) lists, at a recurring licensed
-- price above 0, has a current interval of the same price and quantity. Its amount is 0 only where
-- a line says so. Left out are items of which raw data knows a later state than as-of.
with expected as (

    select * from {{ ref('int_revenue__live_items_expected') }}

),

current_intervals as (

    select * from {{ ref('fct_subscription_periods') }}
    where is_current and evidence <> 'direct'

),

final as (

    select
        expected.subscription_item_id,
        expected.subscription_id,
        expected.price_id,
        expected.quantity,
        current_intervals.plan_id as counted_price_id,
        current_intervals.quantity as counted_quantity,
        'a live paid item is not counted as it is' as problem
    from expected
    left join current_intervals
        on expected.subscription_item_id = current_intervals.subscription_item_id
    where
        current_intervals.subscription_item_id is null
        or current_intervals.plan_id is distinct from expected.price_id
        or current_intervals.quantity <> expected.quantity
        or (
            current_intervals.gross_annual_amount <= 0
            and current_intervals.evidence <> 'invoice_line'
        )

)

select * from final
