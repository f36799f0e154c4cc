with lines as (

    select * from {{ ref('stg_stripe__invoice_line_items') }}

),

final as (

    select
        'stripe' as billing_source,
        invoice_id,
        line_unique_id as invoice_line_id,
        subscription_id,
        subscription_item_id,
        price_id,
        quantity,
        amount,
        currency,
        is_proration,
        period_started_at,
        period_ended_at,
        description
    from lines

)

select * from final
