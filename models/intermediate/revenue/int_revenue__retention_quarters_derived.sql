with months as (

    select
        *,
        {{ quarter_start('month') }} as quarter
    from {{ ref('int_revenue__retention_months_derived') }}

),

windows as (

    select * from {{ ref('int_revenue__segment_windows_summed') }}

),

-- A segment that is over before the quarter's last month has nothing left in it.
quarters as (

    select
        quarter,
        segment_type,
        segment_value,
        max(month) as last_month,
        sum(churn_movements) as churn_movements,
        sum(case when month = quarter then bridge_opening_customers else 0 end)
            as bridge_opening_customers,
        sum(bridge_new_customers) as bridge_new_customers,
        max_by(bridge_closing_customers, month) as bridge_closing_customers,
        sum(bridge_churn_mrr_1m) as bridge_churn_mrr,
        sum(bridge_contraction_mrr_1m) as bridge_contraction_mrr,
        cast(sum(cast(logo_churn_rate_daily_sum as decimal(38, 12))) as double)
            as logo_churn_rate_daily_sum,
        cast(sum(cast(gross_mrr_churn_rate_daily_sum as decimal(38, 12))) as double)
            as gross_mrr_churn_rate_daily_sum,
        cast(sum(cast(net_mrr_churn_rate_daily_sum as decimal(38, 12))) as double)
            as net_mrr_churn_rate_daily_sum
    from months
    group by quarter, segment_type, segment_value
    having
        max(month)
        = least(
            cast({{ add_months('quarter', 2) }} as date), {{ month_start(as_of_date()) }}
        )

),

-- A quarter compares its last month, the one under way where it is not over, with the one before
-- the quarter.
final as (

    select
        quarters.quarter,
        quarters.last_month,
        quarters.segment_type,
        quarters.segment_value,
        cast(quarters.churn_movements as bigint) as churn_movements,
        cast(quarters.bridge_opening_customers as bigint) as bridge_opening_customers,
        cast(quarters.bridge_new_customers as bigint) as bridge_new_customers,
        quarters.bridge_closing_customers,
        quarters.bridge_churn_mrr,
        quarters.bridge_contraction_mrr,
        quarters.logo_churn_rate_daily_sum,
        quarters.gross_mrr_churn_rate_daily_sum,
        quarters.net_mrr_churn_rate_daily_sum,
        cast(coalesce(windows.opening_customers, 0) as bigint) as opening_customers,
        cast(coalesce(windows.retained_customers, 0) as bigint) as retained_customers,
        cast(coalesce(windows.churned_customers, 0) as bigint) as churned_customers,
        cast(coalesce(windows.voluntary_churned_customers, 0) as bigint)
            as voluntary_churned_customers,
        cast(coalesce(windows.involuntary_churned_customers, 0) as bigint)
            as involuntary_churned_customers,
        cast(coalesce(windows.paused_churned_customers, 0) as bigint) as paused_churned_customers,
        cast(coalesce(windows.free_churned_customers, 0) as bigint) as free_churned_customers,
        cast(coalesce(windows.unknown_churned_customers, 0) as bigint) as unknown_churned_customers,
        cast(coalesce(windows.opening_mrr, 0) as decimal(38, 6)) as opening_mrr,
        cast(coalesce(windows.retained_mrr, 0) as decimal(38, 6)) as retained_mrr,
        cast(coalesce(windows.gross_retained_mrr, 0) as decimal(38, 6)) as gross_retained_mrr,
        cast(coalesce(windows.churn_mrr, 0) as decimal(38, 6)) as churn_mrr,
        cast(coalesce(windows.contraction_mrr, 0) as decimal(38, 6)) as contraction_mrr,
        cast(coalesce(windows.expansion_mrr, 0) as decimal(38, 6)) as expansion_mrr,
        cast(coalesce(windows.fx_impact_mrr, 0) as decimal(38, 6)) as fx_impact_mrr,
        cast(coalesce(windows.reactivation_mrr, 0) as decimal(38, 6)) as reactivation_mrr
    from quarters
    left join windows
        on
            quarters.last_month = windows.month
            and quarters.segment_type = windows.segment_type
            and quarters.segment_value = windows.segment_value
            and windows.window_months
            = 1 + {{ months_between('quarters.quarter', 'quarters.last_month') }}

)

select * from final
