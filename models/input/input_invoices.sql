with invoices as (

    select * from {{ ref('input_stripe__invoices_landed') }}

),

tax_inside as (

    select * from {{ ref('input_stripe__invoices_tax_inside') }}

),

final as (

    select
        'stripe' as billing_source,
        invoices.invoice_id,
        invoices.customer_id as billing_customer_id,
        invoices.subscription_id,
        case
            when invoices.is_deleted then 'deleted'
            else coalesce(invoices.status, 'open')
        end as status,
        invoices.currency,
        invoices.created_at,
        invoices.due_at,
        invoices.paid_at,
        invoices.subtotal_amount,
        invoices.tax_amount,
        invoices.total_amount,
        tax_inside.invoice_id is not null as is_tax_inclusive
    from invoices
    left join tax_inside
        on invoices.invoice_id = tax_inside.invoice_id

)

select * from final
