with postings as (

    select * from {{ ref('stg_finance__cost_of_revenue') }}

),

final as (

    select
        cost_id,
        cost_date,
        revenue_stream,
        amount,
        currency
    from postings

)

select * from final
