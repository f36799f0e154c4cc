{{ config(meta={'dagster': {'ref': {'name': 'dim_accounts'}}}) }}
-- Invariant: the MRR of all accounts is that of all customers, their deals those of all
-- opportunities that are of an account.
with accounts as (

    select
        coalesce(sum(current_mrr), 0) as current_mrr,
        coalesce(sum(open_pipeline), 0) as open_pipeline,
        coalesce(sum(won_opportunities), 0) as won_opportunities
    from {{ ref('dim_accounts') }}

),

customers as (

    select coalesce(sum(customers.current_mrr), 0) as current_mrr
    from {{ ref('dim_customers') }} as customers
    inner join {{ ref('int_identity__account_members') }} as account_members
        on
            account_members.member_kind = 'customer'
            and customers.customer_id = account_members.member_id

),

opportunities as (

    select
        coalesce(sum(case when status = 'open' then amount end), 0) as open_pipeline,
        count(case when status = 'won' then 1 end) as won_opportunities
    from {{ ref('fct_opportunities') }}
    where
        account_id is not null
        and (opportunity_type is null or opportunity_type <> 'renewal')

)

select
    accounts.current_mrr,
    customers.current_mrr as current_mrr_of_customers,
    accounts.open_pipeline,
    opportunities.open_pipeline as open_pipeline_of_opportunities
from accounts
cross join customers
cross join opportunities
where
    accounts.current_mrr <> customers.current_mrr
    or accounts.open_pipeline <> opportunities.open_pipeline
    or accounts.won_opportunities <> opportunities.won_opportunities
