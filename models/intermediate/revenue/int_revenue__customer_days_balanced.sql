with deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

-- A customer with several currencies is classified on all of them together, so each of its days
-- has a row for each of its currencies.
currencies_held as (

    select
        customer_id,
        currency
    from deltas
    group by customer_id, currency

),

several_currencies as (

    select customer_id
    from currencies_held
    group by customer_id
    having count(*) > 1

),

filled as (

    select
        days.customer_id,
        currencies_held.currency,
        days.change_date,
        cast(0 as decimal(38, 12)) as annual_change
    from deltas as days
    inner join several_currencies
        on days.customer_id = several_currencies.customer_id
    inner join currencies_held
        on
            days.customer_id = currencies_held.customer_id
            and days.currency <> currencies_held.currency

),

changes as (

    select
        customer_id,
        currency,
        change_date,
        cast(sum(annual_change) as decimal(38, 12)) as annual_change
    from (
        select * from deltas
        union all
        select * from filled
    ) as all_changes
    group by customer_id, currency, change_date

),

final as (

    select
        changes.customer_id,
        changes.currency,
        changes.change_date,
        {{ month_start('changes.change_date') }} as change_month,
        changes.annual_change,
        cast(sum(changes.annual_change) over (
            partition by changes.customer_id, changes.currency order by changes.change_date
            rows between unbounded preceding and current row
        ) as decimal(38, 12)) as closing_annual_amount,
        fx_rates.rate as fx_rate
    from changes
    left join fx_rates
        on
            changes.currency = fx_rates.currency
            and {{ month_start('changes.change_date') }} = fx_rates.month

)

select * from final
