{{ config(meta={'dagster': {'ref': {'name': 'rpt_mrr_bridge_monthly'}}}) }}
-- Invariant: the rate of a month that is complete is at most 7 days older than
-- the day it is wanted for, its last. The marts are there, but not to be
-- published.
{{ stale_fx_rates(is_complete=true) }}
