{{ config(meta={'dagster': {'ref': {'name': 'rpt_mrr_bridge_monthly'}}}) }}
-- Invariant: the sum over customers is the company, for every amount and number of customers, and
-- the rows of each other segment type sum to the company too.
with customer_months as (

    select
        month,
        sum(opening_mrr) as opening_mrr,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(churn_mrr) as churn_mrr,
        sum(fx_impact_mrr) as fx_impact_mrr,
        sum(closing_mrr) as closing_mrr
    from {{ ref('fct_customer_mrr_monthly') }}
    group by month

),

movements as (

    select
        movement_month as month,
        count(case when movement_type = 'new' then 1 end) as new_customers,
        count(case when movement_type = 'reactivation' then 1 end) as reactivated_customers,
        count(case when movement_type = 'churn' then 1 end) as churned_customers
    from {{ ref('fct_mrr_movements') }}
    group by movement_month

),

bridge as (

    select
        month,
        segment_type,
        sum(opening_mrr) as opening_mrr,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(churn_mrr) as churn_mrr,
        sum(fx_impact_mrr) as fx_impact_mrr,
        sum(closing_mrr) as closing_mrr,
        sum(new_customers) as new_customers,
        sum(reactivated_customers) as reactivated_customers,
        sum(churned_customers) as churned_customers
    from {{ ref('rpt_mrr_bridge_monthly') }}
    group by month, segment_type

),

final as (

    select
        coalesce(bridge.month, customer_months.month) as month,
        bridge.segment_type,
        coalesce(bridge.opening_mrr, 0) - coalesce(customer_months.opening_mrr, 0)
            as opening_mrr_difference,
        coalesce(bridge.new_mrr, 0) - coalesce(customer_months.new_mrr, 0)
            as new_mrr_difference,
        coalesce(bridge.reactivation_mrr, 0) - coalesce(customer_months.reactivation_mrr, 0)
            as reactivation_mrr_difference,
        coalesce(bridge.expansion_mrr, 0) - coalesce(customer_months.expansion_mrr, 0)
            as expansion_mrr_difference,
        coalesce(bridge.contraction_mrr, 0) - coalesce(customer_months.contraction_mrr, 0)
            as contraction_mrr_difference,
        coalesce(bridge.churn_mrr, 0) - coalesce(customer_months.churn_mrr, 0)
            as churn_mrr_difference,
        coalesce(bridge.fx_impact_mrr, 0) - coalesce(customer_months.fx_impact_mrr, 0)
            as fx_impact_mrr_difference,
        coalesce(bridge.closing_mrr, 0) - coalesce(customer_months.closing_mrr, 0)
            as closing_mrr_difference,
        coalesce(bridge.new_customers, 0) - coalesce(movements.new_customers, 0)
            as new_customers_difference,
        coalesce(bridge.reactivated_customers, 0) - coalesce(movements.reactivated_customers, 0)
            as reactivated_customers_difference,
        coalesce(bridge.churned_customers, 0) - coalesce(movements.churned_customers, 0)
            as churned_customers_difference
    from bridge
    full outer join customer_months
        on bridge.month = customer_months.month
    left join movements
        on coalesce(bridge.month, customer_months.month) = movements.month

)

select * from final
where
    opening_mrr_difference <> 0
    or new_mrr_difference <> 0
    or reactivation_mrr_difference <> 0
    or expansion_mrr_difference <> 0
    or contraction_mrr_difference <> 0
    or churn_mrr_difference <> 0
    or fx_impact_mrr_difference <> 0
    or closing_mrr_difference <> 0
    or new_customers_difference <> 0
    or reactivated_customers_difference <> 0
    or churned_customers_difference <> 0
