with bridge as (

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

),

targets as (

    select * from {{ ref('input_targets') }}

),

figures as (

    select
        bridge.month,
        {% for kpi in kpis() %}
            {{ kpi.home }}.{{ kpi.column or kpi.name }} as {{ kpi.name }},
        {% endfor %}
        bridge.is_complete,
        coalesce(cac.is_complete, false) as is_cost_complete
    from bridge
    {% for home in ('economics', 'cac', 'payback', 'nps', 'success', 'selling') %}
        left join {{ home }}
            on bridge.month = {{ home }}.month
    {% endfor %}

),

changes as (

    select
        {% for kpi in kpis() %}
            {{ relative_change(kpi.name, 'lag(' ~ kpi.name ~ ') over by_month') }}
                as {{ kpi.name }}_change_mom,
            {{ relative_change(kpi.name, 'lag(' ~ kpi.name ~ ', 12) over by_month') }}
                as {{ kpi.name }}_change_yoy,
        {% endfor %}
        figures.*
    from figures
    window by_month as (order by month)

),

-- What was usual in the year before; half a year of changes is the least that says anything.
usual as (

    select
        {% for kpi in kpis() %}
            case
                when count({{ kpi.name }}_change_mom) over year_before >= 6
                    then avg({{ kpi.name }}_change_mom) over year_before
            end as {{ kpi.name }}_usual_change,
            stddev_samp({{ kpi.name }}_change_mom) over year_before as {{ kpi.name }}_deviation,
        {% endfor %}
        changes.*
    from changes
    window year_before as (order by month rows between 12 preceding and 1 preceding)

),

{{ kpi_target_months() }},

final as (

    select
        usual.month,
        {% for kpi in kpis() %}
            usual.{{ kpi.name }},
            usual.{{ kpi.name }}_change_mom,
            usual.{{ kpi.name }}_change_yoy,
            target_months.{{ kpi.name }}_target,
            {{ kpi_variance(kpi, 'usual', 'target_months') }} as {{ kpi.name }}_variance,
            {{ kpi_is_unusual(kpi, 'usual') }} as {{ kpi.name }}_is_unusual,
        {% endfor %}
        usual.is_complete,
        usual.is_cost_complete
    from usual
    left join target_months
        on usual.month = target_months.month

)

select * from final
order by month
