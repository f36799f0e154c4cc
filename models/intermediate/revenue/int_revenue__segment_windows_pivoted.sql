with windows as (

    select * from {{ ref('int_revenue__segment_windows_summed') }}

),

final as (

    select
        month,
        segment_type,
        segment_value,
        {{ window_sum('churned_customers', 1) }} as churned_customers,
        {{ window_sum('voluntary_churned_customers', 1) }} as voluntary_churned_customers,
        {{ window_sum('involuntary_churned_customers', 1) }} as involuntary_churned_customers,
        {{ window_sum('paused_churned_customers', 1) }} as paused_churned_customers,
        {{ window_sum('free_churned_customers', 1) }} as free_churned_customers,
        {{ window_sum('unknown_churned_customers', 1) }} as unknown_churned_customers,
        {{ window_sum('churn_mrr', 1) }} as churn_mrr,
        {{ window_sum('contraction_mrr', 1) }} as contraction_mrr,
        {{ window_sum('expansion_mrr', 1) }} as expansion_mrr,
        {{ window_sum('fx_impact_mrr', 1) }} as fx_impact_mrr,
        {{ window_sum('reactivation_mrr', 1) }} as reactivation_mrr,
        {{ window_sum('opening_customers', 1) }} as opening_customers_1m,
        {{ window_sum('retained_customers', 1) }} as retained_customers_1m,
        {{ window_sum('opening_mrr', 1) }} as opening_mrr_1m,
        {{ window_sum('retained_mrr', 1) }} as retained_mrr_1m,
        {{ window_sum('gross_retained_mrr', 1) }} as gross_retained_mrr_1m,
        {{ window_sum('opening_customers', 3) }} as opening_customers_3m,
        {{ window_sum('retained_customers', 3) }} as retained_customers_3m,
        {{ window_sum('opening_mrr', 3) }} as opening_mrr_3m,
        {{ window_sum('retained_mrr', 3) }} as retained_mrr_3m,
        {{ window_sum('gross_retained_mrr', 3) }} as gross_retained_mrr_3m,
        {{ window_sum('opening_customers', 12) }} as opening_customers_12m,
        {{ window_sum('retained_customers', 12) }} as retained_customers_12m,
        {{ window_sum('opening_mrr', 12) }} as opening_mrr_12m,
        {{ window_sum('retained_mrr', 12) }} as retained_mrr_12m,
        {{ window_sum('gross_retained_mrr', 12) }} as gross_retained_mrr_12m
    from windows
    group by month, segment_type, segment_value

)

select * from final
