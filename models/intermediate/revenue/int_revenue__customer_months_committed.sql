with filled_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

signed as (

    select * from {{ ref('int_revenue__signed_mrr_monthly') }}

),

signed_only as (

    select
        signed.customer_id,
        signed.month
    from signed
    left join filled_months
        on
            signed.customer_id = filled_months.customer_id
            and signed.month = filled_months.month
    where filled_months.customer_id is null

),

final as (

    select
        customer_id,
        month,
        closing_mrr
    from filled_months

    union all

    select
        customer_id,
        month,
        cast(0 as decimal(38, 6)) as closing_mrr
    from signed_only

)

select * from final
