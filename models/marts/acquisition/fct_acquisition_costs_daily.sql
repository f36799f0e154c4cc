with costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

final as (

    select
        cost_id,
        cost_date,
        cost_month,
        category,
        cost_source,
        platform,
        channel,
        campaign_key,
        campaign_name as campaign,
        department,
        vendor,
        cast(case when exclusion_reason is null then amount else 0 end as decimal(38, 6))
            as amount,
        currency,
        cast(
            case when exclusion_reason is null then amount_original_currency else 0 end
            as decimal(38, 6)
        ) as amount_original_currency,
        clicks,
        impressions,
        exclusion_reason,
        cast(case when exclusion_reason is null then 0 else amount end as decimal(38, 6))
            as excluded_amount,
        cast(
            case when exclusion_reason is null then 0 else amount_original_currency end
            as decimal(38, 6)
        ) as excluded_amount_original_currency
    from costs

)

select * from final
order by cost_date, cost_id
