with lines as (

    select * from {{ ref('input_invoice_lines') }}

),

invoices as (

    select * from {{ ref('input_invoices') }}
    where status not in ('draft', 'void', 'deleted')

),

prices as (

    select * from {{ ref('input_prices') }}

),

final as (

    select
        lines.billing_source,
        lines.subscription_item_id,
        coalesce(lines.subscription_id, invoices.subscription_id) as subscription_id,
        invoices.billing_customer_id,
        lines.period_started_at as event_at,
        lines.amount >= 0 as is_charge,
        lines.is_proration,
        lines.price_id,
        coalesce(lines.quantity, 1) as quantity,
        lines.amount,
        lines.currency,
        case when invoices.is_tax_inclusive then invoices.total_amount - invoices.tax_amount end
            as net_of_tax,
        case when invoices.is_tax_inclusive then invoices.total_amount end as gross_of_tax,
        lines.period_ended_at,
        lines.invoice_id,
        lines.invoice_line_id,
        invoices.created_at as invoiced_at,
        invoices.status = 'paid' as is_paid
    from lines
    inner join invoices
        on lines.invoice_id = invoices.invoice_id
    left join prices
        on lines.price_id = prices.price_id
    where
        lines.subscription_item_id is not null
        and lines.period_started_at < lines.period_ended_at
        and not (lines.is_proration and lines.amount = 0)
        and coalesce(prices.price_type, 'recurring') = 'recurring'
        and coalesce(prices.usage_type, 'licensed') = 'licensed'

)

select * from final
