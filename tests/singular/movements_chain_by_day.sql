{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_movements'}}}) }}
-- Invariant: a customer's MRR before a movement is its MRR after the movement before, 0 at first.
-- From one month to a later one only the fx impact of the months after the earlier one stands
-- between them.
with movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

fx_to_date as (

    select
        customer_id,
        month,
        sum(fx_impact_mrr) over (
            partition by customer_id order by month
            rows between unbounded preceding and current row
        ) as fx_impact_mrr
    from {{ ref('fct_customer_mrr_monthly') }}

),

chained as (

    select
        movements.movement_id,
        movements.customer_id,
        movements.movement_date,
        movements.opening_mrr,
        fx_to_date.fx_impact_mrr,
        lag(movements.closing_mrr) over (
            partition by movements.customer_id order by movements.movement_date
        ) as previous_closing_mrr,
        lag(fx_to_date.fx_impact_mrr) over (
            partition by movements.customer_id order by movements.movement_date
        ) as previous_fx_impact_mrr
    from movements
    left join fx_to_date
        on
            movements.customer_id = fx_to_date.customer_id
            and movements.movement_month = fx_to_date.month

),

final as (

    select
        movement_id,
        customer_id,
        movement_date,
        opening_mrr,
        coalesce(previous_closing_mrr, 0) as previous_closing_mrr,
        fx_impact_mrr - coalesce(previous_fx_impact_mrr, 0) as fx_impact_mrr_between
    from chained

)

select * from final
where not coalesce(opening_mrr = previous_closing_mrr + fx_impact_mrr_between, false)
