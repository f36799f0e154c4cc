{{ config(meta={'dagster': {'ref': {'name': 'rpt_health_backtest'}}}) }}
-- Invariant: the bands of a month and horizon sum to all, and all of one month's horizon are the
-- customers that the bridge opens with, but for the first month.
with backtest as (

    select * from {{ ref('rpt_health_backtest') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

bands as (

    select
        month,
        horizon_months,
        sum(case when health_band = 'all' then 0 else customers end) as customers_of_bands,
        sum(case when health_band = 'all' then customers else 0 end) as customers,
        sum(case when health_band = 'all' then 0 else churned_customers end) as churned_of_bands,
        sum(case when health_band = 'all' then churned_customers else 0 end) as churned_customers
    from backtest
    group by month, horizon_months

)

select
    bands.*,
    bridge.opening_customers
from bands
inner join bridge
    on bands.month = bridge.month
where
    bands.customers_of_bands <> bands.customers
    or bands.churned_of_bands <> bands.churned_customers
    or (bands.horizon_months = 1 and bands.customers <> bridge.opening_customers)
