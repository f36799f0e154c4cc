with postings as (

    select * from {{ ref('stg_finance__sales_marketing_costs') }}

),

final as (

    select
        'ledger:' || cost_id as cost_id,
        cost_date,
        category,
        department,
        channel,
        vendor,
        amount,
        currency
    from postings

)

select * from final
