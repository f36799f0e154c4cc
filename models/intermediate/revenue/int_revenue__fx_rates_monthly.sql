with rates as (

    select * from {{ ref('input_fx_rates') }}

),

deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

currencies as (

    select
        currency,
        min({{ month_start('change_date') }}) as first_month
    from deltas
    group by currency

),

currency_months as (

    select
        currencies.currency,
        cast(series.month as date) as month,
        {% if policy('fx_policy') == 'constant' %}
        {{ "cast('" ~ policy('fx_constant_date') ~ "' as date)" if policy('fx_constant_date')
            else 'cast(null as date)' }} as rate_wanted_for
        {% else %}
            least(
                cast({{ add_days(add_months('series.month', 1), -1) }} as date), {{ as_of_date() }}
            ) as rate_wanted_for
        {% endif %}
    from currencies
    cross join unnest(
        {{ month_series('currencies.first_month', month_start(as_of_date())) }}
    ) as series (month)

),

-- Base is the currency of the amount, quote the reporting currency; a pair that is given only the
-- other way round is inverted.
direct_pairs as (

    select
        base_currency as currency,
        rate_date,
        cast(rate as decimal(38, 16)) as rate
    from rates
    where quote_currency = '{{ var("reporting_currency") | upper }}'

),

usable_rates as (

    select * from direct_pairs

    union all

    select
        quote_currency as currency,
        rate_date,
        {{ divide_exact('1', 'rate', 16) }} as rate
    from rates
    where
        base_currency = '{{ var("reporting_currency") | upper }}'
        and quote_currency not in (select currency from direct_pairs)

),

-- A missing day takes the last known rate; a constant without a day of its own is the first known.
latest as (

    select
        currency_months.currency,
        currency_months.month,
        currency_months.rate_wanted_for,
        case
            when currency_months.rate_wanted_for is null then min(usable_rates.rate_date)
            else max(usable_rates.rate_date)
        end as rate_date,
        case
            when currency_months.rate_wanted_for is null
                then min_by(usable_rates.rate, usable_rates.rate_date)
            else max_by(usable_rates.rate, usable_rates.rate_date)
        end as rate
    from currency_months
    left join usable_rates
        on
            currency_months.currency = usable_rates.currency
            and coalesce(currency_months.rate_wanted_for >= usable_rates.rate_date, true)
    group by
        currency_months.currency,
        currency_months.month,
        currency_months.rate_wanted_for

),

final as (

    select
        currency,
        month,
        case
            when currency = '{{ var("reporting_currency") | upper }}'
                then cast(1 as decimal(38, 16))
            else rate
        end as rate,
        rate_date,
        coalesce(rate_wanted_for, rate_date) as rate_wanted_for
    from latest

)

select * from final
