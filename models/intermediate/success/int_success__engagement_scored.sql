with inputs as (

    select * from {{ ref('int_success__engagement_inputs_monthly') }}

),

seats as (

    select * from {{ ref('int_success__seats_monthly') }}

),

score_weights as (

    select * from {{ ref('score_weights') }}

),

joined as (

    select
        inputs.*,
        seats.seats
    from inputs
    left join seats
        on
            inputs.customer_id = seats.customer_id
            and inputs.month = seats.month

),

-- The first days of a month say little: before a week is over nothing is rated.
rated as (

    select
        joined.*,
        case
            when whole_days >= 7 then {{ ratio('monthly_active_users', 'seats') }}
        end as seat_usage,
        case
            when whole_days < 7 then null
            when monthly_active_users = 0 then 0
            else {{ ratio('daily_active_users', 'monthly_active_users') }}
        end as stickiness,
        case
            when whole_days >= 7 then {{ ratio('features_used', 'known_features') }}
        end as feature_breadth,
        case
            when whole_days >= 7 then {{ ratio('milestones_reached', 'known_milestones') }}
        end as milestone_share
    from joined

),

weighed as (

    select
        customer_id,
        month,
        seat_usage,
        stickiness,
        case when whole_days >= 7 then login_days_per_week end as login_days_per_week,
        feature_breadth,
        milestone_share
    from rated

),

{{ weighted_score('engagement', 'weighed', engagement_inputs()) }},

final as (

    select
        rated.customer_id,
        rated.month,
        rated.is_complete,
        rated.daily_active_users,
        rated.weekly_active_users,
        rated.monthly_active_users,
        rated.seats,
        rated.seat_usage,
        rated.stickiness,
        rated.login_days_per_week,
        rated.features_used,
        rated.feature_breadth,
        rated.milestones_reached,
        rated.milestone_share,
        scored.score_coverage,
        scored.score as engagement_score
    from rated
    left join scored
        on
            rated.customer_id = scored.customer_id
            and rated.month = scored.month

)

select * from final
