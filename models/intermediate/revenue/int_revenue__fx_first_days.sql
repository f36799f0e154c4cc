with deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

contract_periods as (

    select * from {{ ref('int_revenue__contract_periods_known') }}
    where valid_from > {{ as_of() }}

),

rates as (

    select * from {{ ref('input_fx_rates') }}

),

currencies as (

    select currency
    from deltas

    union

    select currency
    from contract_periods

),

both_ways as (

    select
        base_currency as from_currency,
        quote_currency as to_currency,
        0 as is_inverted,
        rate_date
    from rates
    where base_currency <> quote_currency

    union all

    select
        quote_currency as from_currency,
        base_currency as to_currency,
        1 as is_inverted,
        rate_date
    from rates
    where base_currency <> quote_currency

),

first_known as (

    select
        from_currency,
        to_currency,
        is_inverted,
        min(rate_date) as first_date
    from both_ways
    group by from_currency, to_currency, is_inverted

),

-- The day on which a currency could first be converted, by the way that is taken for it: the pair
-- itself, the pair the other way round, or a third currency.
first_ways as (

    select
        from_currency as currency,
        is_inverted as way,
        first_date
    from first_known
    where to_currency = '{{ var("reporting_currency") | upper }}'

    union all

    select
        first_leg.from_currency as currency,
        2 as way,
        greatest(first_leg.first_date, second_leg.first_date) as first_date
    from currencies
    inner join first_known as first_leg
        on currencies.currency = first_leg.from_currency
    inner join first_known as second_leg
        on first_leg.to_currency = second_leg.from_currency
    where second_leg.to_currency = '{{ var("reporting_currency") | upper }}'

),

first_days as (

    select
        currency,
        way,
        min(first_date) as first_date
    from first_ways
    group by currency, way

),

final as (

    select
        currency,
        min_by(first_date, way) as first_date
    from first_days
    group by currency

)

select * from final
