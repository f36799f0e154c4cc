with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

final as (

    select
        md5(concat_ws('|', subscription_item_id, cast(valid_from as string)))
            as subscription_period_id,
        billing_source,
        customer_id,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        coalesce(price_id, plan_name, 'unknown') as plan_id,
        plan_name,
        billing_interval,
        cast(interval_count as int) as interval_count,
        cast(quantity as bigint) as quantity,
        currency,
        cast(gross_annual_amount as decimal(38, 12)) as gross_annual_amount,
        cast(discount_annual_amount as decimal(38, 12)) as discount_annual_amount,
        cast(net_annual_amount as decimal(38, 12)) as net_annual_amount,
        {{ monthly_from_annual('net_annual_amount') }} as mrr_original_currency,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        evidence,
        evidence_id
    from intervals

)

select * from final
order by customer_id, subscription_item_id, valid_from
