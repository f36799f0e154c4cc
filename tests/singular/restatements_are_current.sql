{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_restatements'}}}) }}
-- Invariant: what a month says now is the sum over its customers, every complete month is there,
-- and a restated customer stands in the mart as it is known now.
with restatements as (

    select * from {{ ref('fct_mrr_restatements') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all' and is_complete

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

sums as (

    select
        month,
        sum(closing_mrr) as closing_mrr
    from customer_months
    group by month

),

restated_customers as (

    select * from {{ ref('fct_mrr_restatement_customers') }}

),

final as (

    select
        bridge.month,
        cast(null as string) as customer_id,
        restatements.current_closing_mrr,
        coalesce(sums.closing_mrr, 0) as closing_mrr
    from bridge
    left join restatements
        on bridge.month = restatements.month
    left join sums
        on bridge.month = sums.month

    union all

    select
        restated_customers.month,
        restated_customers.customer_id,
        restated_customers.current_closing_mrr,
        coalesce(customer_months.closing_mrr, 0) as closing_mrr
    from restated_customers
    left join customer_months
        on
            restated_customers.month = customer_months.month
            and restated_customers.customer_id = customer_months.customer_id

)

select * from final
where current_closing_mrr is distinct from closing_mrr
