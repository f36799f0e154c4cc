with months as (

    select
        month,
        segment_type,
        segment_value,
        is_complete,
        opening_customers_1m,
        logo_churn_rate_opening as logo_churn_rate,
        gross_mrr_churn_rate
    from {{ ref('int_revenue__retention_months_rated') }}
    where opening_customers_1m > 0

),

history as (

    select
        months.month,
        months.segment_type,
        months.segment_value,
        earlier.logo_churn_rate,
        earlier.gross_mrr_churn_rate
    from months
    inner join months as earlier
        on
            months.segment_type = earlier.segment_type
            and months.segment_value = earlier.segment_value
            and earlier.is_complete
            and months.month > earlier.month
            and {{ add_months('earlier.month', 12) }} >= months.month

),

usual as (

    select
        month,
        segment_type,
        segment_value,
        count(*) as months_of_history,
        median(logo_churn_rate) as usual_logo_churn_rate,
        median(gross_mrr_churn_rate) as usual_gross_mrr_churn_rate
    from history
    group by month, segment_type, segment_value

),

spread as (

    select
        history.month,
        history.segment_type,
        history.segment_value,
        usual.months_of_history,
        usual.usual_logo_churn_rate,
        usual.usual_gross_mrr_churn_rate,
        median(abs(history.logo_churn_rate - usual.usual_logo_churn_rate)) as logo_deviation,
        median(abs(history.gross_mrr_churn_rate - usual.usual_gross_mrr_churn_rate))
            as gross_mrr_deviation
    from history
    inner join usual
        on
            history.month = usual.month
            and history.segment_type = usual.segment_type
            and history.segment_value = usual.segment_value
    group by
        history.month,
        history.segment_type,
        history.segment_value,
        usual.months_of_history,
        usual.usual_logo_churn_rate,
        usual.usual_gross_mrr_churn_rate

),

-- 1.4826 deviations of the median kind are a standard deviation where rates are normal; a change
-- below a percentage point, or of up to two customers, is never sudden.
tolerated as (

    select
        months.*,
        spread.usual_logo_churn_rate,
        spread.usual_gross_mrr_churn_rate,
        months.logo_churn_rate - spread.usual_logo_churn_rate as logo_churn_change,
        months.gross_mrr_churn_rate - spread.usual_gross_mrr_churn_rate as gross_mrr_churn_change,
        months.is_complete and spread.months_of_history >= 6 as is_judged,
        greatest(
            3 * 1.4826 * spread.logo_deviation, 0.01, 2.0 / months.opening_customers_1m
        ) as logo_churn_tolerance,
        greatest(3 * 1.4826 * spread.gross_mrr_deviation, 0.01) as gross_mrr_churn_tolerance
    from months
    inner join spread
        on
            months.month = spread.month
            and months.segment_type = spread.segment_type
            and months.segment_value = spread.segment_value

),

final as (

    select
        month,
        segment_type,
        segment_value,
        usual_logo_churn_rate,
        cast(logo_churn_tolerance as double) as logo_churn_tolerance,
        case
            when not is_judged then 'not_judged'
            when logo_churn_change > logo_churn_tolerance + 1e-9 then 'high'
            when -logo_churn_change > logo_churn_tolerance + 1e-9 then 'low'
            else 'usual'
        end as logo_churn_flag,
        usual_gross_mrr_churn_rate,
        cast(gross_mrr_churn_tolerance as double) as gross_mrr_churn_tolerance,
        case
            when not is_judged then 'not_judged'
            when gross_mrr_churn_change > gross_mrr_churn_tolerance + 1e-9 then 'high'
            when -gross_mrr_churn_change > gross_mrr_churn_tolerance + 1e-9 then 'low'
            else 'usual'
        end as gross_mrr_churn_flag
    from tolerated

)

select * from final
