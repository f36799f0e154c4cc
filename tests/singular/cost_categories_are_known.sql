{{ config(severity='warn') }}
-- A category that is not known counts as other.
select
    category,
    count(*) as postings,
    'Use people, tools, commission, program, media or other in finance.sales_marketing_costs.'
        as what_to_do
from {{ ref('input_sales_marketing_costs') }}
where category not in ('people', 'tools', 'commission', 'program', 'media', 'other')
group by category
