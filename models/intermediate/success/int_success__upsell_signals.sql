with customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}
    where closing_mrr > 0

),

health_inputs as (

    select * from {{ ref('int_success__health_inputs_monthly') }}
    where month = {{ month_start(as_of_date()) }}

),

usage_limits as (

    select * from {{ ref('input_usage_limits') }}
    where measured_at <= {{ as_of() }} and limit_value > 0

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}
    where ref_kind = 'id'

),

intervals as (

    select * from {{ ref('int_revenue__intervals_united') }}
    where valid_to is null and net_annual_amount > 0

),

prices as (

    select * from {{ ref('input_prices') }}
    where not is_active

),

discount_ends as (

    select * from {{ ref('int_success__discount_ends') }}
    where month = {{ month_start(as_of_date()) }}

),

limits_now as (

    select
        customer_refs.customer_id,
        usage_limits.limit_name as subject,
        max(usage_limits.measured_at) as measured_at,
        max_by(
            {{ ratio('usage_limits.used_value', 'usage_limits.limit_value') }},
            usage_limits.measured_at
        ) as used_share
    from usage_limits
    inner join customer_refs
        on usage_limits.account_ref = customer_refs.ref
    group by customer_refs.customer_id, usage_limits.limit_name

),

first_months as (

    select
        customer_id,
        {{ months_between('min(month)', month_start(as_of_date())) }} as months_paid
    from customer_months
    group by customer_id

),

{{ upsell_signals_found() }},

final as (

    select
        signals.customer_id,
        signals.signal,
        signals.subject,
        max(signals.signal_value) as signal_value,
        min(signals.signal_date) as signal_date
    from signals
    inner join customer_months
        on
            signals.customer_id = customer_months.customer_id
            and customer_months.month = {{ month_start(as_of_date()) }}
    group by signals.customer_id, signals.signal, signals.subject

)

select * from final
