with tickets as (

    select * from {{ ref('stg_support__tickets') }}

),

final as (

    select
        ticket_id,
        customer_id as customer_ref,
        email,
        priority,
        created_at,
        solved_at
    from tickets

)

select * from final
