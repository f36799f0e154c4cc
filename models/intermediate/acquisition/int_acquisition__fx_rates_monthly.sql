with rates as (

    select * from {{ ref('input_fx_rates') }}

),

currency_months as (

    select * from {{ ref('int_acquisition__fx_days_wanted') }}

),

-- The rules of int_revenue__fx_rates_monthly, for currencies and months that MRR may not have.
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
        and quote_currency not in (select direct_pairs.currency from direct_pairs)

),

latest as (

    select
        currency_months.currency,
        currency_months.month,
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
    group by currency_months.currency, currency_months.month, currency_months.rate_wanted_for

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
        rate_date
    from latest

)

select * from final
