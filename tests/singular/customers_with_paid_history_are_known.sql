{{ config(meta={'dagster': {'ref': {'name': 'dim_customers'}}}) }}
-- Invariant: no customer with paid history is missing: whoever has an interval above 0 has
-- movements and stands among the customers. (Intervals that begin and end on one day move
-- nothing.)
with paid as (

    select
        customer_id,
        min(valid_from) as first_paid_at
    from {{ ref('fct_subscription_periods') }}
    where
        mrr_original_currency > 0
        and (
            valid_to is null
            or {{ netting_period(reporting_date('valid_from')) }}
            < {{ netting_period(reporting_date('valid_to')) }}
        )
    group by customer_id

),

customers as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        paid.customer_id,
        paid.first_paid_at,
        customers.first_paid_date
    from paid
    left join customers
        on paid.customer_id = customers.customer_id
    where customers.first_paid_date is null

)

select * from final
