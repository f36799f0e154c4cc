{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_movement_reasons'}}}) }}
-- Invariant: the reasons of a movement add up to it exactly, and every movement has a reason.
with movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

explained as (

    select
        movement_id,
        sum(mrr_change) as explained_mrr_change
    from {{ ref('fct_mrr_movement_reasons') }}
    group by movement_id

),

final as (

    select
        movements.movement_id,
        movements.customer_id,
        movements.movement_date,
        movements.mrr_change,
        explained.explained_mrr_change
    from movements
    left join explained
        on movements.movement_id = explained.movement_id

)

select * from final
where mrr_change is distinct from explained_mrr_change
