{{ config(meta={'dagster': {'ref': {'name': 'fct_customer_mrr_monthly'}}}) }}
-- Invariant: the movements of a customer and month, by type, are the month's columns.
with movements as (

    select
        customer_id,
        movement_month as month,
        sum(case when movement_type = 'new' then mrr_change else 0 end) as new_mrr,
        sum(case when movement_type = 'reactivation' then mrr_change else 0 end)
            as reactivation_mrr,
        sum(case when movement_type = 'expansion' then mrr_change else 0 end) as expansion_mrr,
        sum(case when movement_type = 'contraction' then mrr_change else 0 end)
            as contraction_mrr,
        sum(case when movement_type = 'churn' then mrr_change else 0 end) as churn_mrr
    from {{ ref('fct_mrr_movements') }}
    group by customer_id, movement_month

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

final as (

    select
        coalesce(customer_months.customer_id, movements.customer_id) as customer_id,
        coalesce(customer_months.month, movements.month) as month,
        coalesce(customer_months.new_mrr, 0) - coalesce(movements.new_mrr, 0)
            as new_mrr_difference,
        coalesce(customer_months.reactivation_mrr, 0) - coalesce(movements.reactivation_mrr, 0)
            as reactivation_mrr_difference,
        coalesce(customer_months.expansion_mrr, 0) - coalesce(movements.expansion_mrr, 0)
            as expansion_mrr_difference,
        coalesce(customer_months.contraction_mrr, 0) - coalesce(movements.contraction_mrr, 0)
            as contraction_mrr_difference,
        coalesce(customer_months.churn_mrr, 0) - coalesce(movements.churn_mrr, 0)
            as churn_mrr_difference
    from customer_months
    full outer join movements
        on
            customer_months.customer_id = movements.customer_id
            and customer_months.month = movements.month

)

select * from final
where
    new_mrr_difference <> 0
    or reactivation_mrr_difference <> 0
    or expansion_mrr_difference <> 0
    or contraction_mrr_difference <> 0
    or churn_mrr_difference <> 0
