with typed_lines as (

    select * from {{ ref('int_revenue__invoice_lines_typed') }}

),

invoices as (

    select * from {{ ref('input_invoices') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

tax_lines as (

    select
        billing_source,
        invoice_id,
        'tax' as invoice_line_id,
        subscription_id,
        cast(null as string) as subscription_item_id,
        cast(null as string) as price_id,
        cast(null as bigint) as quantity,
        tax_amount as amount,
        currency,
        false as is_proration,
        cast(null as timestamp) as period_started_at,
        cast(null as timestamp) as period_ended_at,
        'tax' as revenue_type
    from invoices
    where tax_amount <> 0

),

all_lines as (

    select
        billing_source,
        invoice_id,
        invoice_line_id,
        subscription_id,
        subscription_item_id,
        price_id,
        quantity,
        amount,
        currency,
        is_proration,
        period_started_at,
        period_ended_at,
        revenue_type
    from typed_lines

    union all

    select * from tax_lines

),

final as (

    select
        all_lines.billing_source,
        all_lines.invoice_id,
        all_lines.invoice_line_id,
        coalesce(customers.customer_id, invoices.billing_customer_id) as customer_id,
        all_lines.subscription_id,
        all_lines.subscription_item_id,
        all_lines.price_id,
        all_lines.revenue_type,
        coalesce(invoices.status, 'unknown') as invoice_status,
        {{ reporting_date('invoices.created_at') }} as invoice_date,
        all_lines.period_started_at,
        all_lines.period_ended_at,
        all_lines.is_proration,
        cast(all_lines.quantity as bigint) as quantity,
        all_lines.currency,
        cast(all_lines.amount as decimal(38, 6)) as amount_original_currency,
        coalesce(invoices.is_tax_inclusive and all_lines.revenue_type <> 'tax', false)
            as is_tax_inclusive
    from all_lines
    left join invoices
        on all_lines.invoice_id = invoices.invoice_id
    left join customers
        on
            invoices.billing_source = customers.billing_source
            and invoices.billing_customer_id = customers.billing_customer_id

)

select * from final
