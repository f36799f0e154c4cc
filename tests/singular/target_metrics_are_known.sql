{{ config(severity='warn') }}
-- A target of a figure that the KPI table does not have is not shown.
select
    metric,
    min(month) as first_month,
    'Use one of: {{ kpis() | map(attribute="name") | join(", ") }}.' as what_to_do
from {{ ref('input_targets') }}
where metric not in ('{{ kpis() | map(attribute="name") | join("', '") }}')
group by metric
