{{ config(meta={'dagster': {'ref': {'name': 'rpt_funnel_cohort_monthly'}}}) }}
-- Invariant: both reports of the funnel count the leads, and the leads that became customers, of
-- fct_leads, each once.
with leads as (

    select
        count(*) as leads,
        count(customer_at) as customers,
        count(account_customer_at) as account_customers
    from {{ ref('fct_leads') }}

),

cohorts as (

    select
        coalesce(sum(entered), 0) as leads,
        coalesce(sum(converted), 0) as customers,
        coalesce(sum(converted_accounts), 0) as account_customers
    from {{ ref('rpt_funnel_cohort_monthly') }}
    where from_stage = 'lead' and to_stage = 'customer' and segment_type = 'all'

),

months as (

    select
        coalesce(sum(leads), 0) as leads,
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(account_customers), 0) as account_customers
    from {{ ref('rpt_funnel_monthly') }}
    where segment_type = 'all'

),

reports as (

    select
        'rpt_funnel_cohort_monthly' as report,
        cohorts.*
    from cohorts

    union all

    select
        'rpt_funnel_monthly' as report,
        months.*
    from months

)

select
    reports.report,
    reports.leads,
    leads.leads as leads_of_fct_leads,
    reports.customers,
    leads.customers as customers_of_fct_leads,
    reports.account_customers,
    leads.account_customers as account_customers_of_fct_leads
from reports
cross join leads
where
    reports.leads <> leads.leads
    or reports.customers <> leads.customers
    or reports.account_customers <> leads.account_customers
