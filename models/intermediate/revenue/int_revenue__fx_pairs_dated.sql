with rates as (

    select * from {{ ref('input_fx_rates') }}

),

days_wanted as (

    select * from {{ ref('int_revenue__fx_days_wanted') }}

),

currencies as (

    select currency
    from days_wanted
    group by currency

),

days as (

    select rate_wanted_for
    from days_wanted
    where rate_wanted_for is not null
    group by rate_wanted_for

),

-- A conversion starts with the currency of an amount or ends with the reporting currency, so every
-- pair that it can need has one of them.
needed_rates as (

    select rates.*
    from rates
    where
        rates.base_currency <> rates.quote_currency
        and (
            rates.base_currency = '{{ var("reporting_currency") | upper }}'
            or rates.quote_currency = '{{ var("reporting_currency") | upper }}'
            or rates.base_currency in (select currencies.currency from currencies)
            or rates.quote_currency in (select currencies.currency from currencies)
        )

),

-- A missing day takes the last known rate.
latest as (

    select
        days.rate_wanted_for,
        needed_rates.base_currency,
        needed_rates.quote_currency,
        max(needed_rates.rate_date) as rate_date,
        max_by(needed_rates.rate, needed_rates.rate_date) as rate
    from days
    inner join needed_rates
        on days.rate_wanted_for >= needed_rates.rate_date
    group by days.rate_wanted_for, needed_rates.base_currency, needed_rates.quote_currency

),

-- A rate is kept as a fraction, so that turning pairs round and joining them rounds once only.
both_ways as (

    select
        rate_wanted_for,
        base_currency as from_currency,
        quote_currency as to_currency,
        rate_date,
        rate as numerator,
        cast(1 as decimal(38, 12)) as denominator,
        false as is_inverted
    from latest

    union all

    select
        rate_wanted_for,
        quote_currency as from_currency,
        base_currency as to_currency,
        rate_date,
        cast(1 as decimal(38, 12)) as numerator,
        rate as denominator,
        true as is_inverted
    from latest

),

ranked as (

    select
        both_ways.*,
        row_number() over (
            partition by rate_wanted_for, from_currency, to_currency order by is_inverted
        ) as choice
    from both_ways

),

final as (

    select
        rate_wanted_for,
        from_currency,
        to_currency,
        rate_date,
        numerator,
        denominator,
        is_inverted
    from ranked
    where choice = 1

)

select * from final
