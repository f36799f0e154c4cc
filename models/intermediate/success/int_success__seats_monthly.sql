with usage_limits as (

    select * from {{ ref('input_usage_limits') }}
    where measured_at <= {{ as_of() }} and lower(limit_name) = 'seats' and limit_value > 0

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}
    where ref_kind = 'id'

),

measured as (

    select
        customer_refs.customer_id,
        {{ month_start(reporting_date('usage_limits.measured_at')) }} as measured_month,
        max_by(usage_limits.limit_value, usage_limits.measured_at) as seats
    from usage_limits
    inner join customer_refs
        on usage_limits.account_ref = customer_refs.ref
    group by
        customer_refs.customer_id,
        {{ month_start(reporting_date('usage_limits.measured_at')) }}

),

spans as (

    select
        measured.*,
        lead(measured_month) over (
            partition by customer_id order by measured_month
        ) as next_month
    from measured

),

final as (

    select
        spans.customer_id,
        cast(series.month as date) as month,
        spans.seats
    from spans
    cross join
        lateral unnest({{ month_series(
            'spans.measured_month',
            'least('
            ~ 'cast(' ~ add_months('spans.measured_month', 2) ~ ' as date), '
            ~ 'cast(coalesce(' ~ add_months('spans.next_month', -1) ~ ', '
            ~ month_start(as_of_date()) ~ ') as date))'
        ) }}) as series (month)

)

select * from final
