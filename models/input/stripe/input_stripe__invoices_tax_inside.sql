with invoices as (

    select * from {{ ref('input_stripe__invoices_doubtful') }}

),

invoice_coupons as (

    select * from {{ ref('input_stripe__invoice_coupons') }}

),

lines as (

    select * from {{ ref('stg_stripe__invoice_line_items') }}

),

-- Coupons do not lower prorations, which are made from what they left.
undiscounted as (

    select
        invoices.invoice_id,
        sum(lines.amount) as amount
    from invoices
    inner join lines
        on invoices.invoice_id = lines.invoice_id
    where not coalesce(lines.is_discountable, not lines.is_proration)
    group by invoices.invoice_id

),

discounted as (

    select
        invoice_id,
        {{ product('1 - coalesce(percent_off, 0) / 100') }} as share_left,
        sum(coalesce(amount_off, 0)) as amount_off
    from invoice_coupons
    group by invoice_id

),

split as (

    select
        invoices.invoice_id,
        invoices.total_amount,
        invoices.tax_amount,
        coalesce(undiscounted.amount, 0) as undiscounted_amount,
        invoices.subtotal_amount - coalesce(undiscounted.amount, 0) as discountable_amount,
        coalesce(discounted.share_left, 1) as share_left,
        coalesce(discounted.amount_off, 0) as amount_off
    from invoices
    left join undiscounted
        on invoices.invoice_id = undiscounted.invoice_id
    left join discounted
        on invoices.invoice_id = discounted.invoice_id

),

-- Stripe does not land whether tax is inside the prices, but the total tells: it is the subtotal
-- less the discounts, with the tax on top or without it.
expected as (

    select
        split.*,
        undiscounted_amount
        + case
            when discountable_amount < 0 then discountable_amount
            else greatest(discountable_amount * share_left - amount_off, 0)
        end as total_before_tax
    from split

),

final as (

    select invoice_id
    from expected
    where
        abs(total_amount - total_before_tax)
        <= abs(total_amount - total_before_tax - tax_amount)

)

select * from final
