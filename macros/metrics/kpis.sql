{% macro kpis() %}
    {#- The figures of rpt_saas_kpis_monthly: name, the mart that it comes from, its column there
        where that has another name, and its type. -#}
    {{ return([
        {'name': 'closing_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'closing_arr', 'home': 'bridge', 'type': 'money'},
        {'name': 'net_new_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'new_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'expansion_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'contraction_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'churn_mrr', 'home': 'bridge', 'type': 'money'},
        {'name': 'closing_customers', 'home': 'bridge', 'type': 'count'},
        {'name': 'new_customers', 'home': 'bridge', 'type': 'count'},
        {'name': 'churned_customers', 'home': 'bridge', 'type': 'count'},
        {'name': 'arpa', 'home': 'bridge', 'type': 'money'},
        {'name': 'quick_ratio', 'home': 'bridge', 'type': 'ratio'},
        {'name': 'logo_churn_rate', 'home': 'economics', 'type': 'ratio'},
        {'name': 'ltv', 'home': 'economics', 'type': 'money'},
        {'name': 'spend_total', 'home': 'cac', 'type': 'money'},
        {'name': 'cac_fully_loaded', 'home': 'cac', 'type': 'money'},
        {'name': 'new_cac_ratio', 'home': 'cac', 'type': 'ratio'},
        {'name': 'payback_months', 'home': 'payback', 'type': 'ratio'},
        {'name': 'ltv_to_cac', 'home': 'economics', 'type': 'ratio'},
        {'name': 'magic_number', 'home': 'economics', 'type': 'ratio'},
        {'name': 'burn_multiple', 'home': 'economics', 'type': 'ratio'},
        {'name': 'rule_of_40_ebitda', 'home': 'economics', 'type': 'ratio'},
        {'name': 'rule_of_40_fcf', 'home': 'economics', 'type': 'ratio'},
        {'name': 'nps_3m', 'home': 'nps', 'type': 'ratio'},
        {'name': 'engagement_score', 'home': 'success', 'type': 'ratio'},
        {'name': 'health_score', 'home': 'success', 'type': 'ratio'},
        {'name': 'target_win_rate_12m', 'home': 'selling', 'column': 'win_rate_12m', 'type': 'ratio'},
        {'name': 'programme_return_12m', 'home': 'selling', 'type': 'ratio'},
    ]) }}
{% endmacro %}

{% macro efficiency_figures() %}
    {#- What growth takes of costs, cash and margin: figures of the company only. -#}
    {{ return([
        'magic_number', 'magic_number_revenue_form', 'burn_multiple', 'rule_of_40_ebitda',
        'rule_of_40_fcf'
    ]) }}
{% endmacro %}

{% macro kpi_needs_costs(kpi) %}
    {#- Whether a figure is made of costs, which are booked later than revenue. -#}
    {{ return(kpi.name in (
        'spend_total', 'cac_fully_loaded', 'new_cac_ratio', 'payback_months', 'ltv_to_cac',
        'magic_number', 'programme_return_12m'
    )) }}
{% endmacro %}

{% macro relative_change(value, before) -%}
    {#- The change of a figure as a share of its size before: positive where it grew, also for losses
        that are negative; null without a figure before, or from 0. -#}
    {{ ratio(value ~ ' - ' ~ before, 'abs(' ~ before ~ ')') }}
{%- endmacro %}

{% macro kpi_variance(kpi, figures, targets) -%}
    {#- A figure less its target: exact for money and counts, a double for ratios. -#}
    {%- if kpi.type == 'ratio' -%}
        {{ figures }}.{{ kpi.name }} - cast({{ targets }}.{{ kpi.name }}_target as double)
    {%- else -%}
        cast({{ figures }}.{{ kpi.name }} - {{ targets }}.{{ kpi.name }}_target as decimal(38, 6))
    {%- endif -%}
{%- endmacro %}

{% macro kpi_is_unusual(kpi, figures) -%}
    {#- Whether a figure of a complete month changed by far more or less than it used to: further from
        the mean of its changes than the policy's standard deviations, and than 5 percentage points. -#}
    {%- set name = figures ~ '.' ~ kpi.name -%}
    coalesce(
        {{ figures }}.is_complete
        {{ 'and ' ~ figures ~ '.is_cost_complete' if kpi_needs_costs(kpi) }}
        and abs({{ name }}_change_mom - {{ name }}_usual_change)
        > greatest({{ policy('kpi_alert_deviations') }} * {{ name }}_deviation, 0.05),
        false
    )
{%- endmacro %}

{% macro kpi_target_months() -%}
    {#- CTE `target_months`: the targets of a month as columns, from CTE `targets`. -#}
target_months as (

    select
        {% for kpi in kpis() %}
            max(case when metric = '{{ kpi.name }}' then target end) as {{ kpi.name }}_target,
        {% endfor %}
        month
    from targets
    group by month

)
{%- endmacro %}
