{{ config(meta={'dagster': {'ref': {'name': 'rpt_unit_economics_monthly'}}}) }}
-- Invariant: the churn that lifetime value is made of is that of the retention report.
select
    retention.month,
    retention.segment_type,
    retention.segment_value,
    retention.logo_churn_rate,
    economics.logo_churn_rate as logo_churn_rate_of_ltv
from {{ ref('rpt_retention_monthly') }} as retention
inner join {{ ref('rpt_unit_economics_monthly') }} as economics
    on
        retention.month = economics.month
        and retention.segment_type = economics.segment_type
        and retention.segment_value = economics.segment_value
where (retention.logo_churn_rate is distinct from economics.logo_churn_rate)
