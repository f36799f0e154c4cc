with invoices as (

    select * from {{ ref('input_stripe__invoices_landed') }}

),

-- Tax may be inside the prices where the total is not above the subtotal (not below it, where
-- credits make both negative).
final as (

    select
        invoice_id,
        customer_id,
        subscription_id,
        created_at,
        subtotal_amount,
        tax_amount,
        total_amount
    from invoices
    where
        (tax_amount > 0 and total_amount <= subtotal_amount)
        or (tax_amount < 0 and total_amount >= subtotal_amount)

)

select * from final
