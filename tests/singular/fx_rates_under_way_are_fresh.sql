{{ config(meta={'dagster': {'ref': {'name': 'rpt_mrr_bridge_monthly'}}}, severity='warn') }}
-- Invariant: the rate of a month under way is at most 7 days older than
-- the day it is wanted for, as-of. Its figures change
-- until it closes, so this only warns.
{{ stale_fx_rates(is_complete=false) }}
