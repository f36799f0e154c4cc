with billing_customers as (

    select * from {{ ref('input_customers') }}

),

final as (

    select
        billing_source,
        billing_customer_id,
        customer_id,
        nullif(lower(trim(email)), '') as email
    from billing_customers

)

select * from final
