with customers as (

    select * from {{ ref('input_customers') }}

),

customer_ids as (

    select customer_id
    from customers
    group by customer_id

),

-- The ids that a billing customer goes by while no account map names it.
own_ids as (

    select
        billing_customer_id as former_customer_id,
        customer_id
    from customers
    where customer_id <> billing_customer_id

    union all

    select
        billing_source || ':' || billing_customer_id as former_customer_id,
        customer_id
    from customers
    where customer_id <> billing_source || ':' || billing_customer_id

),

-- An id that still stands for a customer has not moved; one that could be either of two customers
-- says nothing.
final as (

    select
        own_ids.former_customer_id,
        min(own_ids.customer_id) as customer_id
    from own_ids
    left join customer_ids
        on own_ids.former_customer_id = customer_ids.customer_id
    where customer_ids.customer_id is null
    group by own_ids.former_customer_id
    having min(own_ids.customer_id) = max(own_ids.customer_id)

)

select * from final
