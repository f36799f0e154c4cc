{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__fx_rates_monthly'}}}) }}
-- Invariant: in a month in which somebody pays in a currency it has a rate, and that is at most 7
-- days older than the day it is wanted for, the month's last or as-of.
with fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

month_changes as (

    select
        currency,
        {{ month_start('change_date') }} as month,
        sum(annual_change) as annual_change
    from {{ ref('int_revenue__daily_deltas') }}
    group by currency, {{ month_start('change_date') }}

),

balances as (

    select
        fx_rates.currency,
        fx_rates.month,
        fx_rates.rate,
        fx_rates.rate_date,
        fx_rates.rate_wanted_for,
        month_changes.month is not null as has_changes,
        sum(coalesce(month_changes.annual_change, 0)) over (
            partition by fx_rates.currency order by fx_rates.month
            rows between unbounded preceding and current row
        ) as closing_annual_amount
    from fx_rates
    left join month_changes
        on
            fx_rates.currency = month_changes.currency
            and fx_rates.month = month_changes.month

),

in_use as (

    select
        balances.*,
        balances.currency || ' to {{ var("reporting_currency") | upper }}' as pair
    from balances
    where has_changes or closing_annual_amount <> 0

),

final as (

    select
        currency,
        month,
        rate_wanted_for,
        rate_date,
        case
            when rate is null
            then 'There is no rate from ' || pair || ' on ' || cast(rate_wanted_for as string)
                || ' or before: load it into fx.rates, in either direction.'
            else 'The last rate from ' || pair || ' is of ' || cast(rate_date as string)
                || ': load those up to ' || cast(rate_wanted_for as string) || ' into fx.rates.'
        end as what_to_do
    from in_use
    where
        rate is null
        or (
            currency <> '{{ var("reporting_currency") | upper }}'
            and rate_date < {{ add_days('rate_wanted_for', -7) }}
        )

)

select * from final
