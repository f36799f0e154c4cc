with direct_periods as (

    select * from {{ ref('input_subscription_periods') }}

),

final as (

    select
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        cast(null as string) as price_id,
        cast(null as string) as product_id,
        plan_name,
        billing_interval,
        interval_count,
        coalesce(quantity, 1) as quantity,
        currency,
        {{ divide_exact(
            'amount * ' ~ periods_per_year('billing_interval'), 'interval_count', 12, places=9
        ) }} as gross_annual_amount,
        started_at as valid_from,
        ended_at as valid_to,
        'direct' as evidence,
        period_id as evidence_id
    from direct_periods
    where ended_at is null or started_at < ended_at

)

select * from final
