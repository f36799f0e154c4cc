{{ config(meta={'dagster': {'ref': {'name': 'rpt_retention_quarterly'}}}) }}
-- Invariant: the closed cohort of a complete quarter is that of the three months to its last one,
-- and its churn movements are those of its months.
with quarters as (

    select * from {{ ref('rpt_retention_quarterly') }}

),

months as (

    select * from {{ ref('rpt_retention_monthly') }}

),

final as (

    select
        quarters.quarter,
        quarters.segment_type,
        quarters.segment_value,
        quarters.churn_movements,
        sum(months.churn_movements) as churn_movements_of_months,
        quarters.opening_mrr,
        max_by(months.opening_mrr_3m, months.month) as opening_mrr_3m,
        quarters.retained_mrr,
        max_by(months.retained_mrr_3m, months.month) as retained_mrr_3m,
        quarters.retained_customers,
        max_by(months.retained_customers_3m, months.month) as retained_customers_3m,
        quarters.is_complete
    from quarters
    left join months
        on
            quarters.segment_type = months.segment_type
            and quarters.segment_value = months.segment_value
            and quarters.quarter = {{ quarter_start('months.month') }}
    group by
        quarters.quarter,
        quarters.segment_type,
        quarters.segment_value,
        quarters.churn_movements,
        quarters.opening_mrr,
        quarters.retained_mrr,
        quarters.retained_customers,
        quarters.is_complete

)

select * from final
where
    coalesce(churn_movements <> churn_movements_of_months, true)
    or (
        is_complete
        and (
            opening_mrr <> opening_mrr_3m
            or retained_mrr <> retained_mrr_3m
            or retained_customers <> retained_customers_3m
        )
    )
