{{ config(meta={'dagster': {'ref': {'name': 'input_company_results'}}}) }}
-- Invariant: every month of results has a currency with an exchange rate; without one burn multiple
-- and rule of 40 of the months around it are not known.
select
    results.month,
    results.currency,
    'There is no rate from its currency in the month or before: load it into fx.rates.'
        as what_to_do
from {{ ref('input_company_results') }} as results
left join {{ ref('int_revenue__fx_rates_monthly') }} as rates
    on
        results.currency = rates.currency
        and results.month = rates.month
where
    rates.currency is null
    and cast({{ add_months('results.month', 1) }} as date) <= {{ as_of_date() }}
