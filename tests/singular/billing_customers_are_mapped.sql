{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__recurring_intervals'}}}) }}
-- Invariant: who pays is known to the one place that says which customer it is, so that no
-- revenue stands under an id that the account map or a clash would have changed.
with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

final as (

    select
        intervals.billing_source,
        intervals.billing_customer_id,
        intervals.customer_id,
        'Give input_customers a row for this billing customer.' as what_to_do
    from intervals
    left join customers
        on
            intervals.billing_source = customers.billing_source
            and intervals.billing_customer_id = customers.billing_customer_id
    where customers.billing_customer_id is null
    group by
        intervals.billing_source,
        intervals.billing_customer_id,
        intervals.customer_id

)

select * from final
