with lines as (

    select * from {{ ref('input_invoice_lines') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

service_products as (

    select * from {{ ref('revenue_type_overrides') }}

),

final as (

    select
        lines.billing_source,
        lines.invoice_id,
        lines.invoice_line_id,
        lines.subscription_id,
        lines.subscription_item_id,
        lines.price_id,
        prices.billing_interval,
        prices.interval_count,
        lines.quantity,
        lines.amount,
        lines.currency,
        lines.is_proration,
        lines.period_started_at,
        lines.period_ended_at,
        case
            when service_products.revenue_type is not null then service_products.revenue_type
            when prices.price_type = 'recurring' and prices.usage_type = 'metered' then 'usage'
            when
                lines.subscription_item_id is not null
                and coalesce(prices.price_type, 'recurring') = 'recurring'
                then 'recurring'
            else 'one_off'
        end as revenue_type
    from lines
    left join prices
        on lines.price_id = prices.price_id
    left join service_products
        on prices.product_id = service_products.product_id

)

select * from final
