with billing_events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}

),

observed_items as (

    select * from {{ ref('int_revenue__live_items_observed') }}

),

final as (

    select
        billing_source,
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        event_at,
        is_charge,
        is_proration,
        price_id,
        quantity,
        amount,
        currency,
        net_of_tax,
        gross_of_tax,
        period_ended_at,
        'invoice_line' as evidence,
        invoice_id || '/' || invoice_line_id as evidence_id
    from billing_events

    union all

    select
        billing_source,
        subscription_item_id,
        subscription_id,
        cast(null as string) as billing_customer_id,
        event_at,
        true as is_charge,
        cast(null as boolean) as is_proration,
        price_id,
        quantity,
        cast(null as decimal(38, 6)) as amount,
        currency,
        net_of_tax,
        gross_of_tax,
        cast(null as timestamp) as period_ended_at,
        evidence,
        subscription_item_id as evidence_id
    from observed_items

)

select * from final
