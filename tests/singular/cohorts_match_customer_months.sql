{{ config(meta={'dagster': {'ref': {'name': 'rpt_cohort_retention'}}}) }}
-- Invariant: a cohort has the customers that dim_customers says began in its month, and its
-- retained MRR is their closing MRR; every month of it up to as-of has a cell.
with cells as (

    select * from {{ ref('rpt_cohort_retention') }}
    where segment_type = 'all'

),

customers as (

    select * from {{ ref('dim_customers') }}
    where cohort_month is not null

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

starts as (

    select
        cohort_month,
        count(*) as customers
    from customers
    group by cohort_month

),

closings as (

    select
        customers.cohort_month,
        customer_months.month,
        sum(customer_months.closing_mrr) as closing_mrr
    from customers
    inner join customer_months
        on
            customers.customer_id = customer_months.customer_id
            and customers.cohort_month < customer_months.month
    group by customers.cohort_month, customer_months.month

),

expected as (

    select
        cells.cohort_month,
        cells.month,
        cells.customers,
        starts.customers as expected_customers,
        cells.retained_mrr,
        case when cells.months_since = 0 then cells.mrr else coalesce(closings.closing_mrr, 0) end
            as expected_mrr,
        count(*) over (partition by cells.cohort_month) as cell_count
    from cells
    full outer join starts
        on cells.cohort_month = starts.cohort_month
    left join closings
        on
            cells.cohort_month = closings.cohort_month
            and cells.month = closings.month

)

select * from expected
where
    coalesce(customers <> expected_customers, true)
    or retained_mrr <> expected_mrr
    or cell_count <> 1 + {{ months_between('cohort_month', month_start(as_of_date())) }}
