{%- set customer = ['gross_margin', 'logo_churn_rate', 'customer_lifetime_months'] -%}
{%- set costs = ['acquisition_cost', 'retention_cost', 'retention_to_acquisition_cost'] -%}
with bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

cac as (

    select * from {{ ref('rpt_cac_monthly') }}

),

payback as (

    select * from {{ ref('rpt_cac_payback_monthly') }}

),

unit_inputs as (

    select * from {{ ref('int_acquisition__unit_inputs_monthly') }}

),

joined as (

    select
        bridge.month,
        bridge.segment_type,
        bridge.segment_value,
        bridge.arpa,
        bridge.opening_customers,
        bridge.quick_ratio,
        {{ expansion_share('bridge') }} as expansion_share_of_growth,
        {% for figure in customer + costs + efficiency_figures() %}
            unit_inputs.{{ figure }},
        {% endfor %}
        cac.cac_fully_loaded,
        cac.cac_fully_loaded_12m,
        cac.new_cac_ratio,
        cac.blended_cac_ratio,
        payback.payback_months,
        payback.realised_payback_month,
        bridge.is_complete
    from bridge
    left join unit_inputs
        on
            bridge.month = unit_inputs.month
            and bridge.segment_type = unit_inputs.segment_type
            and bridge.segment_value = unit_inputs.segment_value
    left join cac
        on
            bridge.month = cac.month
            and bridge.segment_type = cac.segment_type
            and bridge.segment_value = cac.segment_value
            and cac.attribution_model = 'none'
    left join payback
        on
            bridge.month = payback.month
            and bridge.segment_type = payback.segment_type
            and bridge.segment_value = payback.segment_value
            and payback.attribution_model = 'none'

),

valued as (

    select
        joined.*,
        case
            when logo_churn_rate > 0 then cast(round(
                arpa * gross_margin * cast(
                    least(customer_lifetime_months, {{ policy('ltv_max_months') }})
                    as decimal(18, 9)
                ), 6
            ) as decimal(38, 6))
        end as ltv
    from joined

),

ratios as (

    select
        valued.*,
        {{ ratio('ltv', 'cac_fully_loaded') }} as ltv_to_cac,
        {{ ratio('ltv', 'cac_fully_loaded_12m') }} as ltv_to_cac_12m
    from valued

),

final as (

    select
        month,
        segment_type,
        segment_value,
        arpa,
        gross_margin,
        logo_churn_rate,
        customer_lifetime_months,
        ltv,
        customer_lifetime_months > {{ policy('ltv_max_months') }} as is_ltv_capped,
        cac_fully_loaded,
        ltv_to_cac,
        {{ ltv_to_cac_reading('ltv_to_cac') }} as ltv_to_cac_reading,
        ltv_to_cac_12m,
        {{ ltv_to_cac_reading('ltv_to_cac_12m') }} as ltv_to_cac_12m_reading,
        payback_months,
        realised_payback_month,
        new_cac_ratio,
        blended_cac_ratio,
        {% for figure in efficiency_figures() %}
            {{ figure }},
        {% endfor %}
        quick_ratio,
        expansion_share_of_growth,
        acquisition_cost,
        retention_cost,
        {{ divide_exact('retention_cost', 'opening_customers', 6) }} as retention_cost_per_customer,
        retention_to_acquisition_cost,
        is_complete
    from ratios

)

select * from final
order by month, segment_type, segment_value
