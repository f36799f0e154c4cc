with days_wanted as (

    select * from {{ ref('int_revenue__fx_days_wanted') }}

),

pairs as (

    select * from {{ ref('int_revenue__fx_pairs_dated') }}

),

foreign_currencies as (

    select currency
    from days_wanted
    where currency <> '{{ var("reporting_currency") | upper }}'
    group by currency

),

to_reporting_currency as (

    select * from pairs
    where to_currency = '{{ var("reporting_currency") | upper }}'

),

ways as (

    select
        to_reporting_currency.rate_wanted_for,
        to_reporting_currency.from_currency as currency,
        case when to_reporting_currency.is_inverted then 'inverted' else 'direct' end as derivation,
        case when to_reporting_currency.is_inverted then 2 else 1 end as way,
        cast(null as string) as through_currency,
        to_reporting_currency.rate_date,
        {{ divide_exact(
            'to_reporting_currency.numerator', 'to_reporting_currency.denominator', 16
        ) }} as rate
    from foreign_currencies
    inner join to_reporting_currency
        on foreign_currencies.currency = to_reporting_currency.from_currency

    union all

    select
        first_leg.rate_wanted_for,
        first_leg.from_currency as currency,
        'through_base' as derivation,
        3 as way,
        first_leg.to_currency as through_currency,
        least(first_leg.rate_date, second_leg.rate_date) as rate_date,
        {{ divide_exact(
            'cast(first_leg.numerator as decimal(22, 12))'
            ~ ' * cast(second_leg.numerator as decimal(22, 12))',
            'cast(first_leg.denominator as decimal(22, 12))'
            ~ ' * cast(second_leg.denominator as decimal(22, 12))',
            16
        ) }} as rate
    from foreign_currencies
    inner join pairs as first_leg
        on foreign_currencies.currency = first_leg.from_currency
    inner join to_reporting_currency as second_leg
        on
            first_leg.rate_wanted_for = second_leg.rate_wanted_for
            and first_leg.to_currency = second_leg.from_currency

),

-- The pair itself counts before the pair turned round, and that before a third currency: the one
-- known up to the latest day, then the first by its code.
ranked as (

    select
        ways.*,
        row_number() over (
            partition by rate_wanted_for, currency
            order by way asc, rate_date desc, through_currency asc
        ) as choice
    from ways

),

final as (

    select
        days_wanted.currency,
        days_wanted.month,
        case
            when days_wanted.currency = '{{ var("reporting_currency") | upper }}'
                then cast(1 as decimal(38, 16))
            else ranked.rate
        end as rate,
        ranked.rate_date,
        days_wanted.rate_wanted_for,
        case
            when days_wanted.currency = '{{ var("reporting_currency") | upper }}'
                then 'reporting_currency'
            else ranked.derivation
        end as derivation,
        ranked.through_currency
    from days_wanted
    left join ranked
        on
            days_wanted.rate_wanted_for = ranked.rate_wanted_for
            and days_wanted.currency = ranked.currency
            and ranked.choice = 1

)

select * from final
