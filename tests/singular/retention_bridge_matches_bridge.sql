{{ config(meta={'dagster': {'ref': {'name': 'rpt_retention_monthly'}}}) }}
-- Invariant: the movements of the bridge forms are those of twelve rows of the bridge, for the
-- company and for every segment, and churn movements are its churned customers.
with retention as (

    select * from {{ ref('rpt_retention_monthly') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

final as (

    select
        retention.month,
        retention.segment_type,
        retention.segment_value,
        retention.bridge_churn_mrr_12m - coalesce(sum(bridge.churn_mrr), 0) as churn_difference,
        retention.bridge_contraction_mrr_12m - coalesce(sum(bridge.contraction_mrr), 0)
            as contraction_difference,
        retention.bridge_expansion_mrr_12m - coalesce(sum(bridge.expansion_mrr), 0)
            as expansion_difference,
        retention.bridge_reactivation_mrr_12m - coalesce(sum(bridge.reactivation_mrr), 0)
            as reactivation_difference,
        retention.churn_movements
        - coalesce(
            sum(case when retention.month = bridge.month then bridge.churned_customers end), 0
        ) as churned_customers_difference
    from retention
    left join bridge
        on
            retention.segment_type = bridge.segment_type
            and retention.segment_value = bridge.segment_value
            and retention.month >= bridge.month
            and retention.month < {{ add_months('bridge.month', 12) }}
    group by
        retention.month,
        retention.segment_type,
        retention.segment_value,
        retention.bridge_churn_mrr_12m,
        retention.bridge_contraction_mrr_12m,
        retention.bridge_expansion_mrr_12m,
        retention.bridge_reactivation_mrr_12m,
        retention.churn_movements

)

select * from final
where
    churn_difference <> 0
    or contraction_difference <> 0
    or expansion_difference <> 0
    or reactivation_difference <> 0
    or churned_customers_difference <> 0
