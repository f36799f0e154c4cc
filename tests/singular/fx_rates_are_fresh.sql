{{ config(meta={'dagster': {'ref': {'name': 'rpt_mrr_bridge_monthly'}}}) }}
-- Invariant: the rate of a month that is complete is at most 7 days older than
-- the day it is wanted for, its last. The marts are there, but not to be
-- published.
with bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

rates as (

    select * from {{ ref('int_revenue__fx_rates_in_use') }}

),

final as (

    select
        rates.currency,
        rates.month,
        'The last rate from ' || rates.pair || ' is of ' || cast(rates.rate_date as string)
        || ': load those up to ' || cast(rates.rate_wanted_for as string) || ' into fx.rates.'
            as what_to_do
    from rates
    inner join bridge
        on
            rates.month = bridge.month
            and bridge.segment_type = 'all'
    where rates.days_old > 7 and bridge.is_complete

)

select * from final
