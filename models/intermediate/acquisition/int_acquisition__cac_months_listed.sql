with spend as (

    select * from {{ ref('int_acquisition__spend_allocated') }}

),

costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

bounds as (

    select min(month) as first_month
    from spend

),

months as (

    select cast(series.month as date) as month
    from bounds
    cross join
        lateral unnest(
            {{ month_series('bounds.first_month', month_start(as_of_date())) }}
        ) as series (month)

),

ledger_months as (

    select cost_month as spend_month
    from costs
    where cost_source = 'ledger'
    group by cost_month

),

ledger as (

    select count(*) as months_booked
    from ledger_months

),

spend_months as (

    select
        month,
        cast({{ add_months('month', '-' ~ policy('cac_lag_months')) }} as date) as spend_month
    from months

),

final as (

    select
        spend_months.month,
        spend_months.spend_month,
        cast({{ add_months('spend_months.month', 1) }} as date) <= {{ as_of_date() }}
        and (ledger.months_booked = 0 or ledger_months.spend_month is not null) as is_complete
    from spend_months
    cross join ledger
    left join ledger_months
        on spend_months.spend_month = ledger_months.spend_month

)

select * from final
