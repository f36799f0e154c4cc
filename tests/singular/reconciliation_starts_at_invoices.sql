{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_reconciliation_monthly'}}}) }}
-- Invariant: what the reconciliation calls invoiced, and invoiced recurring revenue, are what the
-- invoices say by themselves: the totals of all, and total less tax (and less what no line accounts
-- for) where all lines are recurring.
{%- set close_enough = '0.001' %}
with invoices as (

    select * from {{ ref('input_invoices') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

rates as (

    select * from {{ ref('int_revenue__invoice_rates') }}

),

other_lines as (

    select invoice_id
    from {{ ref('fct_invoice_lines') }}
    where revenue_type not in ('recurring', 'tax')
    group by invoice_id

),

by_invoice as (

    select
        coalesce(customers.customer_id, invoices.billing_customer_id) as customer_id,
        rates.month,
        invoices.total_amount * rates.rate as invoiced_amount,
        case
            when invoices.status in ('draft', 'void', 'deleted') then 0
            else (invoices.total_amount - coalesce(invoices.tax_amount, 0)) * rates.rate
        end as untaxed_amount,
        case when other_lines.invoice_id is not null then 1 else 0 end as has_other_lines
    from invoices
    inner join rates
        on
            invoices.currency = rates.currency
            and {{ month_start(reporting_date('invoices.created_at')) }} = rates.month
            and rates.rate is not null
    left join customers
        on
            invoices.billing_source = customers.billing_source
            and invoices.billing_customer_id = customers.billing_customer_id
    left join other_lines
        on invoices.invoice_id = other_lines.invoice_id
    where invoices.total_amount is not null

),

expected as (

    select
        customer_id,
        month,
        sum(invoiced_amount) as invoiced_amount,
        sum(untaxed_amount) as untaxed_amount,
        max(has_other_lines) as has_other_lines
    from by_invoice
    where month <= {{ month_start(as_of_date()) }}
    group by customer_id, month

),

final as (

    select
        expected.*,
        reconciled.invoiced_amount as reconciled_amount,
        reconciled.missing_lines_amount,
        reconciled.invoiced_recurring_amount
    from expected
    left join {{ ref('fct_mrr_reconciliation_monthly') }} as reconciled
        on
            expected.customer_id = reconciled.customer_id
            and expected.month = reconciled.month

)

select * from final
where
    abs(invoiced_amount - coalesce(reconciled_amount, 0)) > {{ close_enough }}
    or (
        has_other_lines = 0
        and abs(
            untaxed_amount + coalesce(missing_lines_amount, 0)
            - coalesce(invoiced_recurring_amount, 0)
        ) > {{ close_enough }}
    )
