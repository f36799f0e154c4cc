-- Invariant: opening, new and reactivated less churned customers are the closing customers. Under
-- free_plan_downgrade contraction some leave the paying ones without churn.
with bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

)

select * from bridge
where
    opening_customers + new_customers + reactivated_customers - churned_customers
    <> closing_customers
    and not {{ policy_is('free_plan_downgrade', 'contraction') }}
