{{ config(meta={'dagster': {'ref': {'name': 'fct_customer_health_monthly'}}}) }}
-- Invariant: every customer with MRR at a month's close has one row of health and one of
-- engagement, with that MRR, and nobody else has.
with health as (

    select * from {{ ref('fct_customer_health_monthly') }}

),

engagement as (

    select * from {{ ref('rpt_customer_engagement_monthly') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}
    where closing_mrr > 0

)

select
    customer_months.month,
    customer_months.customer_id,
    health.month as health_month,
    engagement.month as engagement_month
from customer_months
full outer join health
    on
        customer_months.month = health.month
        and customer_months.customer_id = health.customer_id
full outer join engagement
    on
        coalesce(customer_months.month, health.month) = engagement.month
        and coalesce(customer_months.customer_id, health.customer_id) = engagement.customer_id
where
    customer_months.month is null
    or health.month is null
    or engagement.month is null
    or health.closing_mrr <> customer_months.closing_mrr
    or (health.engagement_score is distinct from engagement.engagement_score)
