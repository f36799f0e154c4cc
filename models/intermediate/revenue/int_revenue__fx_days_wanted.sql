{%- set constant_date = policy('fx_constant_date') -%}

with deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

first_days as (

    select * from {{ ref('int_revenue__fx_first_days') }}

),

currencies as (

    select
        currency,
        min({{ month_start('change_date') }}) as first_month
    from deltas
    group by currency

),

months as (

    select
        currencies.currency,
        cast(series.month as date) as month
    from currencies
    cross join unnest(
        {{ month_series('currencies.first_month', month_start(as_of_date())) }}
    ) as series (month)

),

final as (

    select
        months.currency,
        months.month,
        case
            when {{ policy_is('fx_policy', 'month_end') }}
                then least(
                    cast({{ add_days(add_months('months.month', 1), -1) }} as date),
                    {{ as_of_date() }}
                )
            else coalesce(
                cast({{ "'" ~ constant_date ~ "'" if constant_date else 'null' }} as date),
                first_days.first_date
            )
        end as rate_wanted_for
    from months
    left join first_days
        on months.currency = first_days.currency

)

select * from final
