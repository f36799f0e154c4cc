{%- set constant_date = policy('fx_constant_date') -%}

with deltas as (

    select * from {{ ref('int_revenue__daily_deltas') }}

),

contract_periods as (

    select * from {{ ref('int_revenue__contract_periods_known') }}
    where valid_from > {{ as_of() }}

),

cost_currencies as (

    select * from {{ ref('int_core__currencies_used') }}

),

first_days as (

    select * from {{ ref('int_revenue__fx_first_days') }}

),

uses as (

    select
        currency,
        change_date as used_from
    from deltas

    union all

    select
        currency,
        {{ reporting_date('known_from') }} as used_from
    from contract_periods

    union all

    select
        currency,
        used_from
    from cost_currencies

),

currencies as (

    select
        currency,
        min({{ month_start('used_from') }}) as first_month
    from uses
    group by currency

),

months as (

    select
        currencies.currency,
        cast(series.month as date) as month
    from currencies
    cross join
        lateral unnest(
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
