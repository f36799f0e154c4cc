with signals as (

    select * from {{ ref('int_success__upsell_signals') }}

),

health as (

    select * from {{ ref('int_success__health_scored') }}
    where month = {{ month_start(as_of_date()) }}

),

final as (

    select
        signals.customer_id,
        signals.signal,
        signals.subject,
        signals.signal_value,
        signals.signal_date,
        count(*) over (partition by signals.customer_id) as signals_of_customer,
        health.closing_mrr as current_mrr,
        health.plan,
        health.health_band
    from signals
    inner join health
        on signals.customer_id = health.customer_id

)

select * from final
order by customer_id, signal, subject
