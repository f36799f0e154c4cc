with results as (

    select * from {{ ref('stg_finance__company_results') }}

),

final as (

    select
        month,
        ebitda,
        free_cash_flow,
        net_burn,
        revenue,
        currency
    from results

)

select * from final
