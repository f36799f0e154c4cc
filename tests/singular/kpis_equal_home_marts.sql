{{ config(meta={'dagster': {'ref': {'name': 'rpt_saas_kpis_monthly'}}}) }}
-- Invariant: each headline figure is that of its home mart, and no month of the company is missing.
with kpis as (

    select * from {{ ref('rpt_saas_kpis_monthly') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

economics as (

    select * from {{ ref('rpt_unit_economics_monthly') }}
    where segment_type = 'all'

),

cac as (

    select * from {{ ref('rpt_cac_monthly') }}
    where segment_type = 'all' and attribution_model = 'none'

),

payback as (

    select * from {{ ref('rpt_cac_payback_monthly') }}
    where segment_type = 'all' and attribution_model = 'none'

),

nps as (

    select * from {{ ref('rpt_nps_monthly') }}
    where segment_type = 'all'

),

success as (

    select * from {{ ref('rpt_customer_success_monthly') }}
    where segment_type = 'all'

),

selling as (

    select * from {{ ref('rpt_account_based_selling') }}
    where segment_type = 'target' and segment_value = 'target'

)

select
    bridge.month as month_of_bridge,
    kpis.*
from bridge
full outer join kpis
    on bridge.month = kpis.month
left join economics
    on bridge.month = economics.month
left join cac
    on bridge.month = cac.month
left join payback
    on bridge.month = payback.month
left join nps
    on bridge.month = nps.month
left join success
    on bridge.month = success.month
left join selling
    on bridge.month = selling.month
where
    (kpis.month is distinct from bridge.month)
    or (kpis.closing_mrr is distinct from bridge.closing_mrr)
    or (kpis.closing_arr is distinct from bridge.closing_arr)
    or (kpis.net_new_mrr is distinct from bridge.net_new_mrr)
    or (kpis.new_mrr is distinct from bridge.new_mrr)
    or (kpis.expansion_mrr is distinct from bridge.expansion_mrr)
    or (kpis.contraction_mrr is distinct from bridge.contraction_mrr)
    or (kpis.churn_mrr is distinct from bridge.churn_mrr)
    or (kpis.closing_customers is distinct from bridge.closing_customers)
    or (kpis.new_customers is distinct from bridge.new_customers)
    or (kpis.churned_customers is distinct from bridge.churned_customers)
    or (kpis.arpa is distinct from bridge.arpa)
    or (kpis.quick_ratio is distinct from bridge.quick_ratio)
    or (kpis.logo_churn_rate is distinct from economics.logo_churn_rate)
    or (kpis.ltv is distinct from economics.ltv)
    or (kpis.spend_total is distinct from cac.spend_total)
    or (kpis.cac_fully_loaded is distinct from cac.cac_fully_loaded)
    or (kpis.new_cac_ratio is distinct from cac.new_cac_ratio)
    or (kpis.payback_months is distinct from payback.payback_months)
    or (kpis.ltv_to_cac is distinct from economics.ltv_to_cac)
    or (kpis.magic_number is distinct from economics.magic_number)
    or (kpis.burn_multiple is distinct from economics.burn_multiple)
    or (kpis.rule_of_40_ebitda is distinct from economics.rule_of_40_ebitda)
    or (kpis.rule_of_40_fcf is distinct from economics.rule_of_40_fcf)
    or (kpis.nps_3m is distinct from nps.nps_3m)
    or (kpis.engagement_score is distinct from success.engagement_score)
    or (kpis.health_score is distinct from success.health_score)
    or (kpis.target_win_rate_12m is distinct from selling.win_rate_12m)
    or (kpis.programme_return_12m is distinct from selling.programme_return_12m)
