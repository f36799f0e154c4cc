with invoices as (

    select * from {{ ref('stg_stripe__invoices') }}

),

discount_rows as (

    select * from {{ ref('stg_stripe__discounts') }}

),

invoice_discounts as (

    select * from {{ ref('stg_stripe__invoice_discounts') }}

),

coupons as (

    select * from {{ ref('stg_stripe__coupons') }}

),

running_discounts as (

    select * from {{ ref('input_discounts') }}

),

-- Stripe does not land whether tax is inside the prices. Where it is not simply on top of the total,
-- the discounts of the invoice tell: the total is the subtotal less them, with or without the tax.
doubtful as (

    select
        invoice_id,
        customer_id,
        subscription_id,
        created_at
    from invoices
    where tax_amount > 0 and total_amount <= subtotal_amount

),

coupons_on_invoice as (

    select
        coalesce(invoice_id, type_id) as invoice_id,
        coupon_id
    from discount_rows
    where discount_type = 'INVOICE'

    union

    select
        invoice_id,
        coupon_id
    from invoice_discounts

),

coupons_named as (

    select
        doubtful.invoice_id,
        coupons.coupon_id,
        coupons.percent_off,
        coupons.amount_off
    from doubtful
    inner join coupons_on_invoice
        on doubtful.invoice_id = coupons_on_invoice.invoice_id
    inner join coupons
        on coupons_on_invoice.coupon_id = coupons.coupon_id

),

coupons_running as (

    select
        doubtful.invoice_id,
        running_discounts.coupon_id,
        running_discounts.percent_off,
        running_discounts.amount_off
    from doubtful
    inner join running_discounts
        on
            (
                doubtful.subscription_id = running_discounts.subscription_id
                or (
                    running_discounts.discount_scope = 'customer'
                    and doubtful.customer_id = running_discounts.billing_customer_id
                )
            )
            and doubtful.created_at >= running_discounts.started_at
            and doubtful.created_at < coalesce(running_discounts.ended_at, timestamp '9999-12-31')
    where doubtful.invoice_id not in (select invoice_id from coupons_named)

),

discounted as (

    select
        invoice_id,
        {{ product('1 - coalesce(percent_off, 0) / 100') }} as share_left,
        sum(coalesce(amount_off, 0)) as amount_off
    from (
        select * from coupons_named
        union all
        select * from coupons_running
    ) as applied
    group by invoice_id

),

expected as (

    select
        invoices.*,
        invoices.tax_amount > 0 and doubtful.invoice_id is not null as is_doubtful,
        greatest(
            invoices.subtotal_amount * coalesce(discounted.share_left, 1)
            - coalesce(discounted.amount_off, 0),
            0
        ) as total_before_tax
    from invoices
    left join doubtful
        on invoices.invoice_id = doubtful.invoice_id
    left join discounted
        on invoices.invoice_id = discounted.invoice_id

),

final as (

    select
        'stripe' as billing_source,
        invoice_id,
        customer_id as billing_customer_id,
        subscription_id,
        case when is_deleted then 'deleted' else status end as status,
        currency,
        created_at,
        paid_at,
        subtotal_amount,
        tax_amount,
        total_amount,
        is_doubtful
        and abs(total_amount - total_before_tax)
        <= abs(total_amount - total_before_tax - tax_amount) as is_tax_inclusive
    from expected

)

select * from final
