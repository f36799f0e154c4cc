with billing_events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}

),

-- Where an invoice holds prorations too, its share of tax is coarse from their rounding.
coarse_invoices as (

    select invoice_id
    from billing_events
    where is_proration and net_of_tax is not null
    group by invoice_id

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
        invoice_id in (select coarse_invoices.invoice_id from coarse_invoices) as is_share_coarse,
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
        false as is_share_coarse,
        evidence,
        subscription_item_id as evidence_id
    from observed_items

)

select * from final
