-- Invariant: every currency has a rate in each month since somebody first paid in it.
-- It reads the rates alone, so that a missing one stops every model below them.
with rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}
    where rate is null

),

final as (

    select
        currency,
        min(month) as first_month,
        max(month) as last_month,
        'There is no rate from ' || currency || ' to {{ var("reporting_currency") | upper }}'
        || coalesce(' on ' || cast(min(rate_wanted_for) as string) || ' or before', '')
        || ': load one into fx.rates, in either direction, or both currencies against a third.'
            as what_to_do
    from rates
    group by currency

)

select * from final
