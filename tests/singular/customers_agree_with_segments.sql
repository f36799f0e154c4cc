{{ config(meta={'dagster': {'ref': {'name': 'dim_customers'}}}) }}
-- Invariant: what dim_customers says of a customer is what the segmented reports count it under,
-- and its current plan is that of as-of's month.
with customers as (

    select * from {{ ref('dim_customers') }}

),

segments as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

)

select
    customers.customer_id,
    segments.month
from customers
inner join segments
    on customers.customer_id = segments.customer_id
where
    customers.segment <> segments.segment
    or coalesce(customers.industry, 'unknown') <> segments.industry
    or coalesce(customers.country, 'unknown') <> segments.country
    or customers.acquisition_channel <> segments.acquisition_channel
    or customers.sales_model <> segments.sales_model
    or (
        segments.month = {{ month_start(as_of_date()) }}
        and segments.closing_mrr > 0
        and coalesce(customers.current_plan <> segments.plan, true)
    )
