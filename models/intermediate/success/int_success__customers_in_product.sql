with product_days as (

    select * from {{ ref('int_success__product_days') }}

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}
    where ref_kind in ('id', 'user')

),

-- By whose names the product tells customers apart, and since when.
names_in_use as (

    select
        named_by,
        min(activity_date) as known_from
    from product_days
    group by named_by

),

-- Who has such a name would have been seen.
final as (

    select
        customer_refs.customer_id,
        min(names_in_use.known_from) as known_from
    from customer_refs
    inner join names_in_use
        on customer_refs.named_by = names_in_use.named_by
    group by customer_refs.customer_id

)

select * from final
