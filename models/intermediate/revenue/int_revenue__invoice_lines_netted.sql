with typed_lines as (

    select * from {{ ref('int_revenue__invoice_lines_typed') }}

),

invoices as (

    select * from {{ ref('input_invoices') }}
    where status not in ('draft', 'void', 'deleted')

),

customers as (

    select * from {{ ref('input_customers') }}

),

-- What discounts took off, in the prices of the lines. Most invoices have none, nor tax inside.
reduced_invoices as (

    select
        invoice_id,
        is_tax_inclusive,
        tax_amount,
        total_amount,
        cast(coalesce(
            subtotal_amount - total_amount
            + case when is_tax_inclusive then 0 else coalesce(tax_amount, 0) end,
            0
        ) as decimal(18, 6)) as discount_amount
    from invoices
    where is_tax_inclusive or subtotal_amount - total_amount + coalesce(tax_amount, 0) <> 0

),

-- Discounts are given on charges, not on prorations, where an invoice has charges at all.
discount_bases as (

    select
        typed_lines.invoice_id,
        max(case when typed_lines.is_proration then 0 else 1 end) = 1 as has_charges,
        coalesce(
            sum(case when not typed_lines.is_proration then typed_lines.amount end),
            sum(typed_lines.amount)
        ) as base_amount
    from typed_lines
    inner join reduced_invoices
        on typed_lines.invoice_id = reduced_invoices.invoice_id
    where reduced_invoices.discount_amount <> 0 and typed_lines.amount > 0
    group by typed_lines.invoice_id

),

discounted as (

    select
        typed_lines.*,
        coalesce(customers.customer_id, invoices.billing_customer_id) as customer_id,
        {{ month_start(reporting_date('invoices.created_at')) }} as invoice_month,
        invoices.created_at as invoiced_at,
        coalesce(reduced_invoices.is_tax_inclusive and reduced_invoices.total_amount <> 0, false)
            as is_tax_inclusive,
        cast(
            reduced_invoices.total_amount - reduced_invoices.tax_amount as decimal(18, 6)
        ) as net_of_tax,
        reduced_invoices.total_amount as gross_of_tax,
        case
            when
                typed_lines.amount > 0
                and not (typed_lines.is_proration and discount_bases.has_charges)
                then coalesce({{ divide_exact(
                    'typed_lines.amount * reduced_invoices.discount_amount',
                    'discount_bases.base_amount', 6, places=6
                ) }}, 0)
            else cast(0 as decimal(38, 6))
        end as discount_in_prices
    from typed_lines
    inner join invoices
        on typed_lines.invoice_id = invoices.invoice_id
    left join customers
        on
            invoices.billing_source = customers.billing_source
            and invoices.billing_customer_id = customers.billing_customer_id
    left join reduced_invoices
        on typed_lines.invoice_id = reduced_invoices.invoice_id
    left join discount_bases
        on typed_lines.invoice_id = discount_bases.invoice_id

),

final as (

    select
        billing_source,
        invoice_id,
        invoice_line_id,
        customer_id,
        invoice_month,
        invoiced_at,
        subscription_item_id,
        price_id,
        billing_interval,
        interval_count,
        revenue_type,
        currency,
        is_proration,
        is_tax_inclusive,
        period_started_at,
        period_ended_at,
        case
            when is_tax_inclusive
                then {{ divide_exact(
                    '(amount - discount_in_prices) * net_of_tax', 'gross_of_tax', 6, places=6
                ) }}
            else cast(amount - discount_in_prices as decimal(38, 6))
        end as net_amount,
        case
            when is_tax_inclusive
                then {{ divide_exact(
                    'discount_in_prices * net_of_tax', 'gross_of_tax', 6, places=6
                ) }}
            else cast(discount_in_prices as decimal(38, 6))
        end as discount_amount
    from discounted

)

select * from final
