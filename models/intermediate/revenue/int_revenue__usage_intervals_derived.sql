with lines as (

    select * from {{ ref('input_invoice_lines') }}
    where {{ 'false' if policy('usage_mrr') == 'exclude' else 'amount <> 0' }}

),

invoices as (

    select * from {{ ref('input_invoices') }}
    where status not in ('draft', 'void', 'deleted')

),

prices as (

    select * from {{ ref('input_prices') }}
    where price_type = 'recurring' and usage_type = 'metered'

),

-- Usage counts in the month in which it is invoiced, or in which its service period starts.
monthly as (

    select
        lines.billing_source,
        invoices.billing_customer_id,
        lines.subscription_id,
        lines.subscription_item_id,
        lines.price_id,
        prices.product_id,
        coalesce(prices.product_name, prices.price_name, lines.price_id) as plan_name,
        lines.currency,
        {{ month_start(reporting_date(
            'lines.period_started_at' if policy('usage_mrr') == 'service_month'
            else 'invoices.created_at'
        )) }} as usage_month,
        sum(lines.amount) as amount,
        min(lines.invoice_id || '/' || lines.invoice_line_id) as evidence_id
    from lines
    inner join invoices
        on lines.invoice_id = invoices.invoice_id
    inner join prices
        on lines.price_id = prices.price_id
    where lines.subscription_item_id is not null
    group by
        lines.billing_source,
        invoices.billing_customer_id,
        lines.subscription_id,
        lines.subscription_item_id,
        lines.price_id,
        prices.product_id,
        coalesce(prices.product_name, prices.price_name, lines.price_id),
        lines.currency,
        usage_month

),

-- An average over three months is a third of each month's amount, for three months.
final as (

    select
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id || '|' || cast(usage_month as string) as subscription_item_id,
        price_id,
        product_id,
        plan_name,
        'month' as billing_interval,
        cast(1 as bigint) as interval_count,
        cast(1 as bigint) as quantity,
        currency,
        cast(
            amount * {{ 4 if policy('usage_mrr') == 'trailing_3m_avg' else 12 }}
            as decimal(38, 12)
        ) as gross_annual_amount,
        {{ local_to_utc('usage_month') }} as valid_from,
        {{ local_to_utc(
            add_months('usage_month', 3 if policy('usage_mrr') == 'trailing_3m_avg' else 1)
        ) }} as valid_to,
        'usage_line' as evidence,
        evidence_id
    from monthly

)

select * from final
