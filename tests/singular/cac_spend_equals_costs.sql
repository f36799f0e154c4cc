{{ config(meta={'dagster': {'ref': {'name': 'rpt_cac_monthly'}}}) }}
-- Invariant: by month and category the costs that CAC is made of are those that count, for every
-- segment type and attribution model; and new customers and MRR are those of the bridge.
with costs as (

    select
        cast({{ add_months('cost_month', policy('cac_lag_months')) }} as date) as month
        {%- for category in cost_categories() %},
        sum(case when category = '{{ category }}' then amount else 0 end) as spend_{{ category }}
        {%- endfor %}
    from {{ ref('fct_acquisition_costs_daily') }}
    group by cost_month

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

cac as (

    select
        month,
        segment_type,
        attribution_model
        {%- for category in cost_categories() %},
        sum(spend_{{ category }}) as spend_{{ category }}
        {%- endfor %},
        sum(spend_total) as spend_total,
        sum(new_customers) as new_customers,
        sum(new_mrr) as new_mrr
    from {{ ref('rpt_cac_monthly') }}
    group by month, segment_type, attribution_model

)

select
    costs.month as month_of_costs,
    cac.*
from cac
full outer join costs
    on cac.month = costs.month
left join bridge
    on cac.month = bridge.month
where
    (cac.month is null and costs.month <= {{ month_start(as_of_date()) }})
    {%- for category in cost_categories() %}
    or coalesce(costs.spend_{{ category }}, 0) <> cac.spend_{{ category }}
    {%- endfor %}
    or abs(coalesce(bridge.new_customers, 0) - cac.new_customers) > 0.0001
    or abs(coalesce(bridge.new_mrr, 0) - cac.new_mrr) > 0.0001
