{{ config(meta={'dagster': {'ref': {'name': 'rpt_market_monthly'}}}) }}
-- Invariant: each cut of the market adds up to all of it in every month; its customers and MRR are
-- those of the bridge, its deals those of sales performance.
{%- set columns = [
    'closing_customers', 'closing_mrr', 'new_customers', 'new_mrr', 'churned_customers',
    'created_opportunities', 'won', 'lost', 'won_amount', 'open_opportunities', 'open_amount'
] %}
with by_type as (

    select
        {% for column in columns %}
            sum({{ column }}) as {{ column }},
        {% endfor %}
        month,
        segment_type
    from {{ ref('rpt_market_monthly') }}
    group by month, segment_type

),

company as (

    select *
    from by_type
    where segment_type = 'all'

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

sales as (

    select * from {{ ref('rpt_sales_performance_monthly') }}
    where owner_id = 'all'

)

select
    company.month,
    types.segment_type as differs_from
from company
cross join {{ every_market_segment_type() }}
left join by_type
    on
        company.month = by_type.month
        and types.segment_type = by_type.segment_type
where
    by_type.month is null
    {% for column in columns %}
        or company.{{ column }} <> by_type.{{ column }}
    {% endfor %}

union all

select
    bridge.month,
    'bridge' as differs_from
from bridge
left join company
    on bridge.month = company.month
where
    bridge.closing_customers <> coalesce(company.closing_customers, 0)
    or bridge.closing_mrr <> coalesce(company.closing_mrr, 0)
    or bridge.new_customers <> coalesce(company.new_customers, 0)
    or bridge.new_mrr <> coalesce(company.new_mrr, 0)
    or bridge.churned_customers <> coalesce(company.churned_customers, 0)

union all

select
    sales.month,
    'sales' as differs_from
from sales
left join company
    on sales.month = company.month
where
    sales.won <> coalesce(company.won, 0)
    or sales.lost <> coalesce(company.lost, 0)
    or sales.won_amount <> coalesce(company.won_amount, 0)
    or sales.created_opportunities <> coalesce(company.created_opportunities, 0)
