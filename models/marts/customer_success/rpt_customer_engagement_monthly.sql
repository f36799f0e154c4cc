with engagement as (

    select * from {{ ref('int_success__engagement_scored') }}

),

final as (

    select
        month,
        customer_id,
        daily_active_users,
        weekly_active_users,
        monthly_active_users,
        seats,
        seat_usage,
        stickiness,
        login_days_per_week,
        features_used,
        feature_breadth,
        milestones_reached,
        milestone_share,
        score_coverage,
        engagement_score,
        is_complete
    from engagement

)

select * from final
order by month, customer_id
