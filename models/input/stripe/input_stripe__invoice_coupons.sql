with doubtful as (

    select * from {{ ref('input_stripe__invoices_doubtful') }}

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

named_on_invoice as (

    select
        coalesce(invoice_id, type_id) as invoice_id,
        discount_id,
        coupon_id
    from discount_rows
    where discount_type = 'INVOICE'

    union

    select
        invoice_id,
        discount_id,
        coupon_id
    from invoice_discounts

),

named as (

    select
        doubtful.invoice_id,
        named_on_invoice.discount_id,
        coupons.coupon_id,
        coupons.percent_off,
        coupons.amount_off
    from doubtful
    inner join named_on_invoice
        on doubtful.invoice_id = named_on_invoice.invoice_id
    inner join coupons
        on named_on_invoice.coupon_id = coupons.coupon_id

),

-- An invoice need not name its subscription: then it may be any of its customer's.
running_by_scope as (

    select
        doubtful.invoice_id,
        doubtful.created_at,
        1 as scope_rank,
        running_discounts.*
    from doubtful
    inner join running_discounts
        on doubtful.subscription_id = running_discounts.subscription_id

    union all

    select
        doubtful.invoice_id,
        doubtful.created_at,
        case when running_discounts.discount_scope = 'customer' then 2 else 1 end as scope_rank,
        running_discounts.*
    from doubtful
    inner join running_discounts
        on doubtful.customer_id = running_discounts.billing_customer_id
    where running_discounts.discount_scope = 'customer' or doubtful.subscription_id is null

),

-- As on the invoice itself, a subscription's own running discount replaces the customer's.
running as (

    select
        running_by_scope.*,
        rank() over (partition by invoice_id order by scope_rank) as choice
    from running_by_scope
    where created_at >= started_at and created_at < coalesce(ended_at, {{ far_future() }})

),

-- Not every discount's rows need have come: those that were running are added, but for coupons
-- for once, of which the invoice alone knows.
final as (

    select * from named

    union all

    select
        running.invoice_id,
        running.discount_id,
        running.coupon_id,
        running.percent_off,
        running.amount_off
    from running
    left join named
        on
            running.invoice_id = named.invoice_id
            and running.discount_id = named.discount_id
    where
        named.invoice_id is null
        and running.choice = 1
        and (running.duration <> 'once' or running.invoice_id not in (select invoice_id from named))

)

select * from final
