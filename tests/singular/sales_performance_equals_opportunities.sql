{{ config(meta={'dagster': {'ref': {'name': 'rpt_sales_performance_monthly'}}}) }}
-- Invariant: reps add up to all of a month; all months to the opportunities that are no renewals,
-- and what is open at last to those that are open.
with months as (

    select * from {{ ref('rpt_sales_performance_monthly') }}

),

opportunities as (

    select
        count(*) as created_opportunities,
        count(case when status = 'won' then 1 end) as won,
        count(case when status = 'lost' then 1 end) as lost,
        count(case when status = 'open' then 1 end) as open_opportunities,
        coalesce(sum(case when status = 'won' then amount end), 0) as won_amount
    from {{ ref('fct_opportunities') }}
    where opportunity_type is null or opportunity_type <> 'renewal'

),

totals as (

    select
        owner_id = 'all' as is_all,
        coalesce(sum(created_opportunities), 0) as created_opportunities,
        coalesce(sum(won), 0) as won,
        coalesce(sum(lost), 0) as lost,
        coalesce(sum(won_amount), 0) as won_amount,
        coalesce(
            sum(case when month = {{ month_start(as_of_date()) }} then open_opportunities end), 0
        ) as open_opportunities
    from months
    group by owner_id = 'all'

),

by_month as (

    select
        month,
        sum(case when owner_id = 'all' then won + lost + leads + calls + demos else 0 end)
        - sum(case when owner_id <> 'all' then won + lost + leads + calls + demos else 0 end)
            as difference
    from months
    group by month

)

select
    cast(null as date) as month,
    totals.is_all,
    totals.won,
    opportunities.won as won_of_opportunities
from totals
cross join opportunities
where
    totals.created_opportunities <> opportunities.created_opportunities
    or totals.won <> opportunities.won
    or totals.lost <> opportunities.lost
    or totals.won_amount <> opportunities.won_amount
    or totals.open_opportunities <> opportunities.open_opportunities

union all

select
    month,
    cast(null as boolean) as is_all,
    difference as won,
    0 as won_of_opportunities
from by_month
where difference <> 0
