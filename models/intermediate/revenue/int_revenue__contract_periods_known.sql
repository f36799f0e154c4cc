with rated_periods as (

    select * from {{ ref('int_revenue__direct_intervals_rated') }}

),

periods as (

    select * from {{ ref('input_subscription_periods') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

-- Without a date of signature, what starts after as-of is known at as-of, and so is that a period
-- with a reason for its end will end.
final as (

    select
        rated_periods.evidence_id as period_id,
        coalesce(customers.customer_id, rated_periods.billing_customer_id) as customer_id,
        rated_periods.currency,
        rated_periods.gross_annual_amount as annual_amount,
        least(rated_periods.valid_from, coalesce(periods.signed_at, {{ as_of() }})) as known_from,
        rated_periods.valid_from,
        rated_periods.valid_to,
        periods.cancellation_type is not null
        and coalesce(rated_periods.valid_to > {{ as_of() }}, false) as is_leaving
    from rated_periods
    inner join periods
        on rated_periods.evidence_id = periods.period_id
    left join customers
        on
            rated_periods.billing_source = customers.billing_source
            and rated_periods.billing_customer_id = customers.billing_customer_id

)

select * from final
where known_from <= {{ as_of() }}
