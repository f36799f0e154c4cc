with health as (

    select * from {{ ref('int_success__health_scored') }}

),

engagement as (

    select * from {{ ref('int_success__engagement_scored') }}

),

final as (

    select
        health.month,
        types.segment_type,
        {{ segment_value('health') }} as segment_value,
        health.is_complete,
        count(*) as customers,
        count(health.engagement_score) as customers_with_engagement,
        sum(health.engagement_score) as engagement_points,
        cast(sum(engagement.monthly_active_users) as bigint) as monthly_active_users,
        count(health.health_score) as customers_with_health,
        sum(health.health_score) as health_points,
        count(case when health.is_at_risk then 1 end) as at_risk_customers,
        sum(case when health.is_at_risk then health.closing_mrr else 0 end) as at_risk_mrr,
        sum(case when health.health_score is not null then health.closing_mrr else 0 end)
            as mrr_with_health
    from health
    inner join engagement
        on
            health.customer_id = engagement.customer_id
            and health.month = engagement.month
    cross join {{ every_segment_type() }}
    group by
        health.month, types.segment_type, {{ segment_value('health') }}, health.is_complete

)

select * from final
