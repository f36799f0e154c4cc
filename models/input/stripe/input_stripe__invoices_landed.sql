with invoices as (

    select * from {{ ref('stg_stripe__invoices') }}

),

final as (

    select
        invoice_id,
        customer_id,
        subscription_id,
        status,
        is_deleted,
        currency,
        created_at,
        due_at,
        paid_at,
        subtotal_amount,
        tax_amount,
        total_amount
    from invoices

)

select * from final
