with subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}
    where was_ever_active and trial_started_at <= {{ as_of() }}

),

free_plans as (

    select * from {{ ref('int_revenue__free_plans_held') }}

),

paid_intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

entries as (

    select
        coalesce(customers.customer_id, subscriptions.billing_customer_id) as customer_id,
        'trial_to_paid' as conversion_type,
        subscriptions.trial_started_at as entered_at
    from subscriptions
    left join customers
        on
            subscriptions.billing_source = customers.billing_source
            and subscriptions.billing_customer_id = customers.billing_customer_id

    union all

    select
        customer_id,
        'free_to_paid' as conversion_type,
        valid_from as entered_at
    from free_plans

),

first_entries as (

    select
        customer_id,
        conversion_type,
        min(entered_at) as entered_at
    from entries
    group by customer_id, conversion_type

),

first_payments as (

    select
        customer_id,
        min(valid_from) as paid_at
    from paid_intervals
    group by customer_id

),

first_movements as (

    select
        customer_id,
        min(movement_date) as converted_date
    from movements
    group by customer_id

),

-- Who pays already, or from the same instant on, has nothing to convert from.
final as (

    select
        first_entries.customer_id,
        first_entries.conversion_type,
        first_entries.entered_at,
        {{ reporting_date('first_entries.entered_at') }} as entered_date,
        first_movements.converted_date
    from first_entries
    left join first_payments
        on first_entries.customer_id = first_payments.customer_id
    left join first_movements
        on first_entries.customer_id = first_movements.customer_id
    where
        first_payments.paid_at is null
        or first_payments.paid_at > first_entries.entered_at

)

select * from final
