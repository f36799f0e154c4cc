with invoices as (

    select * from {{ ref('input_invoices') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

typed_lines as (

    select * from {{ ref('int_revenue__invoice_lines_typed') }}

),

netted_lines as (

    select * from {{ ref('int_revenue__invoice_lines_netted') }}

),

line_sums as (

    select
        invoice_id,
        sum(amount) as lines_amount
    from typed_lines
    group by invoice_id

),

net_sums as (

    select
        invoice_id,
        sum(case when revenue_type = 'one_off' then net_amount else 0 end) as one_off_amount,
        sum(case when revenue_type = 'service' then net_amount else 0 end) as service_amount,
        sum(case when revenue_type = 'usage' then net_amount else 0 end) as usage_amount,
        sum(case when revenue_type = 'recurring' then net_amount else 0 end) as recurring_amount
    from netted_lines
    group by invoice_id

),

-- What the lines do not say of an invoice's subtotal: lines that did not land.
measured as (

    select
        coalesce(customers.customer_id, invoices.billing_customer_id) as customer_id,
        invoices.currency,
        {{ month_start(reporting_date('invoices.created_at')) }} as month,
        invoices.status in ('draft', 'void', 'deleted') as is_void_or_draft,
        coalesce(invoices.total_amount, line_sums.lines_amount, 0) as total_amount,
        coalesce(invoices.tax_amount, 0) as tax_amount,
        case
            when invoices.subtotal_amount is null then cast(0 as decimal(38, 6))
            when invoices.is_tax_inclusive and invoices.total_amount <> 0
                then {{ divide_exact(
                    '(invoices.subtotal_amount - coalesce(line_sums.lines_amount, 0))'
                    ~ ' * cast(invoices.total_amount - invoices.tax_amount as decimal(18, 6))',
                    'invoices.total_amount', 6, places=6
                ) }}
            else cast(
                invoices.subtotal_amount - coalesce(line_sums.lines_amount, 0) as decimal(38, 6)
            )
        end as missing_lines_amount,
        net_sums.one_off_amount,
        net_sums.service_amount,
        net_sums.usage_amount,
        net_sums.recurring_amount
    from invoices
    left join customers
        on
            invoices.billing_source = customers.billing_source
            and invoices.billing_customer_id = customers.billing_customer_id
    left join line_sums
        on invoices.invoice_id = line_sums.invoice_id
    left join net_sums
        on invoices.invoice_id = net_sums.invoice_id

),

final as (

    select
        customer_id,
        currency,
        month,
        sum(total_amount) as invoiced_amount,
        sum(case when is_void_or_draft then total_amount else 0 end) as void_and_draft_amount,
        sum(case when is_void_or_draft then 0 else tax_amount end) as tax_amount,
        sum(case when is_void_or_draft then 0 else missing_lines_amount end)
            as missing_lines_amount,
        coalesce(sum(one_off_amount), 0) as one_off_amount,
        coalesce(sum(service_amount), 0) as service_amount,
        coalesce(sum(usage_amount), 0) as usage_amount,
        coalesce(sum(recurring_amount), 0) as recurring_amount
    from measured
    where month <= {{ month_start(as_of_date()) }}
    group by customer_id, currency, month

)

select * from final
