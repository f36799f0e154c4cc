with rates as (

    select * from {{ ref('stg_fx__rates') }}

),

final as (

    select
        rate_date,
        base_currency,
        quote_currency,
        rate
    from rates

)

select * from final
