{{ config(meta={'dagster': {'ref': {'name': 'rpt_cac_monthly'}}}) }}
-- Invariant: new customers and new MRR of every segment are those of the bridge.
with cac as (

    select * from {{ ref('rpt_cac_monthly') }}
    where attribution_model = 'none'

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

)

select
    cac.month,
    cac.segment_type,
    cac.segment_value,
    cac.new_customers,
    bridge.new_customers as new_customers_of_bridge,
    cac.new_mrr,
    bridge.new_mrr as new_mrr_of_bridge
from cac
left join bridge
    on
        cac.month = bridge.month
        and cac.segment_type = bridge.segment_type
        and cac.segment_value = bridge.segment_value
where
    cac.new_customers <> coalesce(bridge.new_customers, 0)
    or cac.new_mrr <> coalesce(bridge.new_mrr, 0)
