{{ config(severity='warn') }}
-- A target of a figure that the KPI table does not have is not shown.
select
    metric,
    min(month) as first_month,
    'Use the name of a figure of rpt_saas_kpis_monthly.' as what_to_do
from {{ ref('input_targets') }}
where
    metric not in (
        {% for kpi in kpis() %}
            '{{ kpi.name }}',
        {% endfor %}
        ''
    )
group by metric
