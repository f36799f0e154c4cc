{{ config(meta={'dagster': {'ref': {'name': 'fct_leads'}}}) }}
-- Invariant: a lead that became a customer did on the day on which billing's customer first paid,
-- and no customer stands for two accounts.
with leads as (

    select * from {{ ref('fct_leads') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

counted as (

    select
        customer_id,
        count(case when is_account_conversion then 1 end) as account_conversions,
        min({{ reporting_date('coalesce(customer_at, account_customer_at)') }}) as first_date,
        max({{ reporting_date('coalesce(customer_at, account_customer_at)') }}) as last_date
    from leads
    where customer_id is not null
    group by customer_id

)

select
    counted.customer_id,
    counted.account_conversions,
    counted.first_date,
    counted.last_date,
    customers.first_paid_date
from counted
left join customers
    on counted.customer_id = customers.customer_id
where
    counted.account_conversions > 1
    or customers.first_paid_date is null
    or counted.first_date <> customers.first_paid_date
    or counted.last_date <> customers.first_paid_date
