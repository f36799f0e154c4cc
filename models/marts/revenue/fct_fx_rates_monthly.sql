with fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

final as (

    select
        month,
        currency,
        cast(rate as decimal(38, 16)) as rate,
        rate_date,
        rate_wanted_for
    from fx_rates

)

select * from final
order by month, currency
