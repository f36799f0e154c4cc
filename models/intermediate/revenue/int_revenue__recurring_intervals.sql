with intervals as (

    select * from {{ ref('int_revenue__intervals_united') }}

),

bridges as (

    select * from {{ ref('int_revenue__gaps_bridged') }}

),

final as (

    select
        intervals.billing_source,
        intervals.customer_id,
        intervals.billing_customer_id,
        intervals.subscription_id,
        intervals.subscription_item_id,
        intervals.price_id,
        intervals.product_id,
        intervals.plan_name,
        intervals.billing_interval,
        intervals.interval_count,
        intervals.quantity,
        intervals.currency,
        intervals.gross_annual_amount,
        intervals.discount_annual_amount,
        intervals.net_annual_amount,
        intervals.valid_from,
        coalesce(bridges.bridged_to, intervals.valid_to) as valid_to,
        intervals.evidence,
        intervals.evidence_id
    from intervals
    left join bridges
        on
            intervals.customer_id = bridges.customer_id
            and intervals.subscription_item_id = bridges.subscription_item_id
            and intervals.valid_from = bridges.valid_from

)

select * from final
