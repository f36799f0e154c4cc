-- Invariant: before the largest part took what rounding left over, the reasons of a movement added
-- up to it but for rounding: half a millionth for each of them, and for opening and closing MRR.
-- More than that is a wrong split, which the remainder would hide.
with reasons as (

    select * from {{ ref('int_revenue__change_reasons_valued') }}

),

final as (

    select
        movement_id,
        max(customer_id) as customer_id,
        max(movement_date) as movement_date,
        count(*) as reason_count,
        sum(mrr_change) as mrr_change,
        sum(rounding_remainder) as rounding_remainder
    from reasons
    group by movement_id

)

select * from final
where 2 * abs(rounding_remainder) > 0.000001 * (reason_count + 2)
