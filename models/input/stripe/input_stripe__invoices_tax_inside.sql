with invoices as (

    select * from {{ ref('input_stripe__invoices_doubtful') }}

),

invoice_coupons as (

    select * from {{ ref('input_stripe__invoice_coupons') }}

),

discounted as (

    select
        invoice_id,
        {{ product('1 - coalesce(percent_off, 0) / 100') }} as share_left,
        sum(coalesce(amount_off, 0)) as amount_off
    from invoice_coupons
    group by invoice_id

),

-- Stripe does not land whether tax is inside the prices, but the total tells: it is the subtotal
-- less the discounts, with the tax on top or without it.
expected as (

    select
        invoices.invoice_id,
        invoices.total_amount,
        invoices.tax_amount,
        case
            when invoices.subtotal_amount < 0 then invoices.subtotal_amount
            else greatest(
                invoices.subtotal_amount * coalesce(discounted.share_left, 1)
                - coalesce(discounted.amount_off, 0),
                0
            )
        end as total_before_tax
    from invoices
    left join discounted
        on invoices.invoice_id = discounted.invoice_id

),

final as (

    select invoice_id
    from expected
    where
        abs(total_amount - total_before_tax)
        <= abs(total_amount - total_before_tax - tax_amount)

)

select * from final
