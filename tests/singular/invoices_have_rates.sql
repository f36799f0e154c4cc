{{ config(severity='warn') }}
-- Invoices in a currency without any rate are left out of the reconciliation.
select
    currency,
    month,
    'There is no rate from ' || currency || ' to {{ var("reporting_currency") | upper }}: '
    || 'load it into fx.rates, in either direction.' as what_to_do
from {{ ref('int_revenue__invoice_rates') }}
where rate is null
