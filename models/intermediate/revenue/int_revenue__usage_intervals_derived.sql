{%- set months = 3 if policy('usage_mrr') == 'trailing_3m_avg' else 1 -%}

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

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

-- Usage counts in the month in which it is invoiced, or in which its service period starts; without
-- the tax that is inside it.
usage_lines as (

    select
        lines.billing_source,
        invoices.billing_customer_id,
        coalesce(lines.subscription_id, invoices.subscription_id) as subscription_id,
        lines.subscription_item_id,
        lines.price_id,
        lines.currency,
        {{ month_start(reporting_date(
            'lines.period_started_at' if policy('usage_mrr') == 'service_month'
            else 'invoices.created_at'
        )) }} as usage_month,
        case
            when invoices.is_tax_inclusive
                then {{ divide_exact(
                    'lines.amount * (invoices.total_amount - invoices.tax_amount)',
                    'invoices.total_amount', 12, places=6
                ) }}
            else cast(lines.amount as decimal(38, 12))
        end as amount,
        lines.invoice_id || '/' || lines.invoice_line_id as line_key,
        lines.period_started_at
    from lines
    inner join invoices
        on lines.invoice_id = invoices.invoice_id
    inner join prices
        on lines.price_id = prices.price_id
    where lines.subscription_item_id is not null

),

-- An item has one row a month, whatever lines, tiers, credits and prices it was billed with.
monthly as (

    select
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        currency,
        usage_month,
        max_by(price_id, concat_ws('|', cast(period_started_at as string), line_key)) as price_id,
        sum(amount) as amount,
        min(line_key) as evidence_id
    from usage_lines
    group by
        billing_source, billing_customer_id, subscription_id, subscription_item_id, currency,
        usage_month
    having sum(amount) > 0

),

-- An average over three months is a third of each month's amount, for three months; a month without
-- usage adds nothing. Usage never outlives its subscription.
dated as (

    select
        monthly.*,
        {{ local_to_utc('monthly.usage_month') }} as valid_from,
        least(
            {{ local_to_utc(add_months('monthly.usage_month', months)) }},
            coalesce(subscriptions.ended_at, {{ far_future() }})
        ) as valid_to
    from monthly
    left join subscriptions
        on monthly.subscription_id = subscriptions.subscription_id

),

final as (

    select
        dated.billing_source,
        dated.billing_customer_id,
        dated.subscription_id,
        dated.subscription_item_id || '|' || cast(dated.usage_month as string)
            as subscription_item_id,
        dated.price_id,
        prices.product_id,
        coalesce(prices.product_name, prices.price_name, dated.price_id) as plan_name,
        'month' as billing_interval,
        cast(1 as bigint) as interval_count,
        cast(1 as bigint) as quantity,
        dated.currency,
        cast(dated.amount * {{ 12 // months }} as decimal(38, 12)) as gross_annual_amount,
        dated.valid_from,
        dated.valid_to,
        'usage_line' as evidence,
        dated.evidence_id
    from dated
    inner join prices
        on dated.price_id = prices.price_id
    where dated.valid_from < dated.valid_to

)

select * from final
