-- Invariant: every cost has a currency with an exchange rate.
select
    cost_id,
    cost_source,
    currency,
    cost_month,
    case
        when currency is null then 'Its account is not known: load account_history.'
        else 'There is no rate from its currency in the month or before: load it into fx.rates.'
    end as what_to_do
from {{ ref('int_acquisition__costs_united') }}
where amount is null
