-- Invariant: in a month in which somebody pays in a currency it has a rate.
select
    currency,
    month,
    'There is no rate from ' || pair || ' on ' || cast(rate_wanted_for as string)
    || ' or before: load it into fx.rates, in either direction.' as what_to_do
from {{ ref('int_revenue__fx_rates_in_use') }}
where rate is null
