with segment_months as (

    select * from {{ ref('int_success__segment_months_summed') }}

),

final as (

    select
        month,
        segment_type,
        segment_value,
        customers,
        monthly_active_users,
        customers_with_engagement,
        {{ ratio('engagement_points', 'customers_with_engagement') }} as engagement_score,
        customers_with_health,
        {{ ratio('health_points', 'customers_with_health') }} as health_score,
        at_risk_customers,
        {{ ratio('at_risk_customers', 'customers_with_health') }} as at_risk_share,
        cast(at_risk_mrr as decimal(38, 6)) as at_risk_mrr,
        cast(mrr_with_health as decimal(38, 6)) as mrr_with_health,
        {{ ratio('at_risk_mrr', 'mrr_with_health') }} as at_risk_mrr_share,
        is_complete
    from segment_months

)

select * from final
order by month, segment_type, segment_value
