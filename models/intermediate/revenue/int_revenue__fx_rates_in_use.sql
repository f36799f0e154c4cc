with fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

daily_deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

month_changes as (

    select
        currency,
        {{ month_start('change_date') }} as month,
        sum(annual_change) as annual_change
    from daily_deltas
    group by currency, {{ month_start('change_date') }}

),

balances as (

    select
        fx_rates.currency,
        fx_rates.month,
        fx_rates.rate,
        fx_rates.rate_date,
        fx_rates.rate_wanted_for,
        fx_rates.through_currency,
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

final as (

    select
        currency,
        month,
        rate,
        rate_date,
        rate_wanted_for,
        currency || ' to {{ var("reporting_currency") | upper }}'
        || coalesce(' through ' || through_currency, '') as pair,
        case
            when currency = '{{ var("reporting_currency") | upper }}' then 0
            else {{ days_between('rate_date', 'rate_wanted_for') }}
        end as days_old,
        {{ add_months('month', 1) }} <= {{ as_of_date() }} as is_complete
    from balances
    where has_changes or closing_annual_amount <> 0

)

select * from final
