{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_opportunities'}}}) }}
-- An amount without an exchange rate is not in any report.
select
    opportunity_id,
    currency,
    amount_original_currency,
    'There is no rate from its currency in the month or before: load it into fx.rates.'
        as what_to_do
from {{ ref('fct_opportunities') }}
where
    (amount_original_currency is not null and amount is null)
    or (mrr_original_currency is not null and mrr is null)
