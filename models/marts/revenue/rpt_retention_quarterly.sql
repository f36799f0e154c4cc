with quarters as (

    select * from {{ ref('int_revenue__retention_quarters_derived') }}

),

months as (

    select * from {{ ref('int_revenue__retention_months_rated') }}

),

rated as (

    select
        quarters.*,
        {{ ratio('churned_customers', 'opening_customers') }} as logo_churn_rate_opening,
        {{ ratio('churn_movements', 'bridge_opening_customers + bridge_new_customers') }}
            as logo_churn_rate_opening_plus_new,
        {{ ratio(
            '2 * churn_movements', 'bridge_opening_customers + bridge_closing_customers'
        ) }} as logo_churn_rate_average
    from quarters

),

final as (

    select
        rated.quarter,
        rated.segment_type,
        rated.segment_value,
        rated.opening_customers,
        rated.retained_customers,
        rated.churned_customers,
        rated.voluntary_churned_customers,
        rated.involuntary_churned_customers,
        rated.paused_churned_customers,
        rated.free_churned_customers,
        rated.unknown_churned_customers,
        rated.churn_movements,
        rated.logo_churn_rate_{{ policy('churn_denominator') }} as logo_churn_rate,
        rated.logo_churn_rate_opening,
        rated.logo_churn_rate_opening_plus_new,
        rated.logo_churn_rate_average,
        rated.logo_churn_rate_daily_sum,
        rated.opening_mrr,
        rated.churn_mrr,
        rated.contraction_mrr,
        rated.expansion_mrr,
        rated.fx_impact_mrr,
        rated.reactivation_mrr,
        rated.retained_mrr,
        rated.gross_retained_mrr,
        {{ ratio('-(rated.churn_mrr + rated.contraction_mrr)', 'rated.opening_mrr') }}
            as gross_mrr_churn_rate,
        {{ ratio(
            '-(rated.churn_mrr + rated.contraction_mrr + rated.expansion_mrr)',
            'rated.opening_mrr'
        ) }} as net_mrr_churn_rate,
        {{ ratio(
            '-(rated.churn_mrr + rated.contraction_mrr + rated.expansion_mrr'
            ~ ' + rated.reactivation_mrr)',
            'rated.opening_mrr'
        ) }} as net_mrr_churn_rate_with_reactivation,
        {{ ratio(
            '-(rated.bridge_churn_mrr + rated.bridge_contraction_mrr)', 'rated.opening_mrr'
        ) }} as gross_mrr_churn_rate_bridge,
        rated.gross_mrr_churn_rate_daily_sum,
        rated.net_mrr_churn_rate_daily_sum,
        {{ ratio('rated.retained_mrr', 'rated.opening_mrr') }} as nrr_quarter,
        {{ ratio('rated.gross_retained_mrr', 'rated.opening_mrr') }} as grr_quarter,
        {{ ratio('rated.retained_customers', 'rated.opening_customers') }}
            as logo_retention_quarter,
        months.{{ headline_retention('nrr') }} as nrr,
        months.{{ headline_retention('grr') }} as grr,
        months.logo_retention_{{ policy('nrr_window_months') }}m as logo_retention,
        months.opening_customers_12m,
        months.retained_customers_12m,
        months.opening_mrr_12m,
        months.retained_mrr_12m,
        months.gross_retained_mrr_12m,
        months.nrr_12m,
        months.grr_12m,
        months.logo_retention_12m,
        months.bridge_churn_mrr_12m,
        months.bridge_contraction_mrr_12m,
        months.bridge_expansion_mrr_12m,
        months.bridge_reactivation_mrr_12m,
        months.nrr_bridge_12m,
        months.nrr_bridge_with_reactivation_12m,
        months.grr_bridge_12m,
        months.nrr_12m - months.nrr_bridge_12m as nrr_bridge_difference_12m,
        months.grr_12m - months.grr_bridge_12m as grr_bridge_difference_12m,
        months.is_complete
        and {{ months_between('rated.quarter', 'rated.last_month') }} = 2 as is_complete
    from rated
    inner join months
        on
            rated.last_month = months.month
            and rated.segment_type = months.segment_type
            and rated.segment_value = months.segment_value

)

select * from final
order by quarter, segment_type, segment_value
