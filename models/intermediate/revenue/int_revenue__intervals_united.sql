with billed_intervals as (

    select * from {{ ref('int_revenue__discounts_applied') }}

),

direct_intervals as (

    select * from {{ ref('int_revenue__direct_intervals_rated') }}
    union all
    select * from {{ ref('int_revenue__usage_intervals_derived') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

all_intervals as (

    select
        billed_intervals.billing_source,
        billed_intervals.billing_customer_id,
        billed_intervals.subscription_id,
        billed_intervals.subscription_item_id,
        billed_intervals.price_id,
        billed_intervals.product_id,
        coalesce(prices.product_name, prices.price_name, billed_intervals.price_id) as plan_name,
        billed_intervals.billing_interval,
        billed_intervals.interval_count,
        billed_intervals.quantity,
        billed_intervals.currency,
        billed_intervals.gross_annual_amount,
        billed_intervals.net_annual_amount,
        billed_intervals.valid_from,
        billed_intervals.valid_to,
        billed_intervals.evidence,
        billed_intervals.evidence_id
    from billed_intervals
    left join prices
        on billed_intervals.price_id = prices.price_id

    union all

    select
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        price_id,
        product_id,
        plan_name,
        billing_interval,
        interval_count,
        quantity,
        currency,
        gross_annual_amount,
        gross_annual_amount as net_annual_amount,
        valid_from,
        valid_to,
        evidence,
        evidence_id
    from direct_intervals

),

-- As-of is an instant, and the state at as-of includes what happens at it.
final as (

    select
        all_intervals.billing_source,
        coalesce(customers.customer_id, all_intervals.billing_customer_id) as customer_id,
        all_intervals.billing_customer_id,
        all_intervals.subscription_id,
        all_intervals.subscription_item_id,
        all_intervals.price_id,
        all_intervals.product_id,
        all_intervals.plan_name,
        all_intervals.billing_interval,
        all_intervals.interval_count,
        all_intervals.quantity,
        all_intervals.currency,
        all_intervals.gross_annual_amount,
        all_intervals.gross_annual_amount - all_intervals.net_annual_amount
            as discount_annual_amount,
        all_intervals.net_annual_amount,
        all_intervals.valid_from,
        case when all_intervals.valid_to <= {{ as_of() }} then all_intervals.valid_to end
            as valid_to,
        all_intervals.evidence,
        all_intervals.evidence_id
    from all_intervals
    left join customers
        on
            all_intervals.billing_source = customers.billing_source
            and all_intervals.billing_customer_id = customers.billing_customer_id
    where all_intervals.valid_from <= {{ as_of() }}

)

select * from final
