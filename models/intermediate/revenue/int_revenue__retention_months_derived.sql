{#- What a month without movements adds: nothing where there are customers. -#}
{%- set idle -%}
    case when segment_months.closing_customers > 0 then cast(0 as double) end
{%- endset -%}
with segment_months as (

    select * from {{ ref('int_revenue__segment_months_listed') }}

),

cohorts as (

    select * from {{ ref('int_revenue__segment_windows_pivoted') }}

),

movements as (

    select * from {{ ref('int_revenue__segment_movements_summed') }}

),

-- What begins with `bridge` is of everybody in the segment of the month; the rest is of those who
-- were in it at the start of the window.
final as (

    select
        segment_months.month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_complete,
        coalesce(cohorts.churned_customers, 0) as churned_customers,
        coalesce(cohorts.voluntary_churned_customers, 0) as voluntary_churned_customers,
        coalesce(cohorts.involuntary_churned_customers, 0) as involuntary_churned_customers,
        coalesce(cohorts.paused_churned_customers, 0) as paused_churned_customers,
        coalesce(cohorts.free_churned_customers, 0) as free_churned_customers,
        coalesce(cohorts.unknown_churned_customers, 0) as unknown_churned_customers,
        coalesce(cohorts.churn_mrr, 0) as churn_mrr,
        coalesce(cohorts.contraction_mrr, 0) as contraction_mrr,
        coalesce(cohorts.expansion_mrr, 0) as expansion_mrr,
        coalesce(cohorts.fx_impact_mrr, 0) as fx_impact_mrr,
        coalesce(cohorts.reactivation_mrr, 0) as reactivation_mrr,
        coalesce(cohorts.opening_customers_1m, 0) as opening_customers_1m,
        coalesce(cohorts.retained_customers_1m, 0) as retained_customers_1m,
        coalesce(cohorts.opening_mrr_1m, 0) as opening_mrr_1m,
        coalesce(cohorts.retained_mrr_1m, 0) as retained_mrr_1m,
        coalesce(cohorts.gross_retained_mrr_1m, 0) as gross_retained_mrr_1m,
        coalesce(cohorts.opening_customers_3m, 0) as opening_customers_3m,
        coalesce(cohorts.retained_customers_3m, 0) as retained_customers_3m,
        coalesce(cohorts.opening_mrr_3m, 0) as opening_mrr_3m,
        coalesce(cohorts.retained_mrr_3m, 0) as retained_mrr_3m,
        coalesce(cohorts.gross_retained_mrr_3m, 0) as gross_retained_mrr_3m,
        coalesce(cohorts.opening_customers_12m, 0) as opening_customers_12m,
        coalesce(cohorts.retained_customers_12m, 0) as retained_customers_12m,
        coalesce(cohorts.opening_mrr_12m, 0) as opening_mrr_12m,
        coalesce(cohorts.retained_mrr_12m, 0) as retained_mrr_12m,
        coalesce(cohorts.gross_retained_mrr_12m, 0) as gross_retained_mrr_12m,
        cast(coalesce(movements.churned_customers, 0) as bigint) as churn_movements,
        cast(segment_months.closing_customers - coalesce(movements.customers_change, 0) as bigint)
            as bridge_opening_customers,
        cast(coalesce(movements.new_customers, 0) as bigint) as bridge_new_customers,
        cast(segment_months.closing_customers as bigint) as bridge_closing_customers,
        coalesce(movements.logo_churn_rate_daily_sum, {{ idle }})
            as logo_churn_rate_daily_sum,
        coalesce(movements.gross_mrr_churn_rate_daily_sum, {{ idle }})
            as gross_mrr_churn_rate_daily_sum,
        coalesce(movements.net_mrr_churn_rate_daily_sum, {{ idle }})
            as net_mrr_churn_rate_daily_sum,
        {{ trailing_sum('churn_mrr', 1) }} as bridge_churn_mrr_1m,
        {{ trailing_sum('contraction_mrr', 1) }} as bridge_contraction_mrr_1m,
        {{ trailing_sum('expansion_mrr', 1) }} as bridge_expansion_mrr_1m,
        {{ trailing_sum('reactivation_mrr', 1) }} as bridge_reactivation_mrr_1m,
        {{ trailing_sum('churn_mrr', 3) }} as bridge_churn_mrr_3m,
        {{ trailing_sum('contraction_mrr', 3) }} as bridge_contraction_mrr_3m,
        {{ trailing_sum('expansion_mrr', 3) }} as bridge_expansion_mrr_3m,
        {{ trailing_sum('reactivation_mrr', 3) }} as bridge_reactivation_mrr_3m,
        {{ trailing_sum('churn_mrr', 12) }} as bridge_churn_mrr_12m,
        {{ trailing_sum('contraction_mrr', 12) }} as bridge_contraction_mrr_12m,
        {{ trailing_sum('expansion_mrr', 12) }} as bridge_expansion_mrr_12m,
        {{ trailing_sum('reactivation_mrr', 12) }} as bridge_reactivation_mrr_12m
    from segment_months
    left join cohorts
        on
            segment_months.month = cohorts.month
            and segment_months.segment_type = cohorts.segment_type
            and segment_months.segment_value = cohorts.segment_value
    left join movements
        on
            segment_months.month = movements.month
            and segment_months.segment_type = movements.segment_type
            and segment_months.segment_value = movements.segment_value

)

select * from final
