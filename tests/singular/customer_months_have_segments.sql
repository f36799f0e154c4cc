{{ config(meta={'dagster': {'ref': {'name': 'fct_customer_mrr_monthly'}}}) }}
-- Invariant: every customer and month with MRR has its segments, with the same closing MRR.
with customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

segments as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

)

select
    customer_months.customer_id,
    customer_months.month,
    customer_months.closing_mrr,
    segments.closing_mrr as segmented_closing_mrr
from customer_months
left join segments
    on
        customer_months.customer_id = segments.customer_id
        and customer_months.month = segments.month
where coalesce(customer_months.closing_mrr <> segments.closing_mrr, true)
