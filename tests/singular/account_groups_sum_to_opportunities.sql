{{ config(meta={'dagster': {'ref': {'name': 'rpt_account_based_selling'}}}) }}
-- Invariant: targets and the rest, and the tiers and the rest, add up to all of a month; all months
-- to the opportunities that are no renewals, and to the costs of the programme.
{%- set columns = [
    'accounts', 'created_opportunities', 'won', 'lost', 'open_opportunities', 'won_amount',
    'lost_amount', 'new_customers', 'churned_customers', 'closing_customers', 'closing_mrr',
    'new_mrr', 'programme_spend', 'large_opportunities', 'long_cycle_won', 'long_cycle_lost'
] %}
with months as (

    select * from {{ ref('rpt_account_based_selling') }}

),

opportunities as (

    select
        count(*) as created_opportunities,
        count(case when status = 'won' then 1 end) as won,
        count(case when status = 'lost' then 1 end) as lost,
        coalesce(sum(case when status = 'won' then amount end), 0) as won_amount
    from {{ ref('fct_opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

programme as (

    select coalesce(sum(programme_amount), 0) as programme_spend
    from {{ ref('int_accounts__programme_costs_monthly') }}
    where month >= (select min(month) from months)

),

by_type as (

    select
        {% for column in columns %}
            sum({{ column }}) as {{ column }},
        {% endfor %}
        month,
        segment_type
    from months
    group by month, segment_type

),

company as (

    select
        coalesce(sum(created_opportunities), 0) as created_opportunities,
        coalesce(sum(won), 0) as won,
        coalesce(sum(lost), 0) as lost,
        coalesce(sum(won_amount), 0) as won_amount,
        coalesce(sum(programme_spend), 0) as programme_spend
    from by_type
    where segment_type = 'all'

)

select
    groups.month,
    groups.segment_type
from by_type as groups
inner join by_type as company_months
    on
        groups.month = company_months.month
        and company_months.segment_type = 'all'
where
    {% for column in columns %}
        {{ 'or ' if not loop.first }}groups.{{ column }} <> company_months.{{ column }}
    {% endfor %}

union all

select
    cast(null as date) as month,
    'all' as segment_type
from company
cross join opportunities
cross join programme
where
    company.created_opportunities <> opportunities.created_opportunities
    or company.won <> opportunities.won
    or company.lost <> opportunities.lost
    or company.won_amount <> opportunities.won_amount
    or company.programme_spend <> programme.programme_spend
