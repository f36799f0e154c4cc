{{ config(meta={'dagster': {'ref': {'name': 'fct_billing_conversions'}}}) }}
-- Invariant: who is converted has its new movement on that day, and no MRR before it.
with conversions as (

    select * from {{ ref('fct_billing_conversions') }}
    where is_converted

),

movements as (

    select
        customer_id,
        min(movement_date) as first_movement_date
    from {{ ref('fct_mrr_movements') }}
    where movement_type = 'new'
    group by customer_id

),

final as (

    select
        conversions.customer_id,
        conversions.conversion_type,
        conversions.converted_date,
        movements.first_movement_date
    from conversions
    left join movements
        on conversions.customer_id = movements.customer_id

)

select * from final
where converted_date is distinct from first_movement_date
