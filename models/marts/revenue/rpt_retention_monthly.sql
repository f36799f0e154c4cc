{%- set logo_churn = 'logo_churn_rate_' ~ policy('churn_denominator') -%}
with months as (

    select * from {{ ref('int_revenue__retention_months_rated') }}

),

changes as (

    select * from {{ ref('int_revenue__churn_changes_flagged') }}

),

final as (

    select
        months.month,
        months.segment_type,
        months.segment_value,
        months.opening_customers_1m as opening_customers,
        months.churned_customers,
        months.voluntary_churned_customers,
        months.involuntary_churned_customers,
        months.paused_churned_customers,
        months.free_churned_customers,
        months.unknown_churned_customers,
        months.churn_movements,
        months.{{ logo_churn }} as logo_churn_rate,
        case
            when months.{{ logo_churn }} >= 1 then cast(1 as double)
            else 1 - power(1 - months.{{ logo_churn }}, 12)
        end as logo_churn_rate_annualised,
        {{ ratio('1', 'months.' ~ logo_churn) }} as customer_lifetime_months,
        months.logo_churn_rate_opening,
        months.logo_churn_rate_opening_plus_new,
        months.logo_churn_rate_average,
        months.logo_churn_rate_daily_sum,
        months.opening_mrr_1m as opening_mrr,
        months.churn_mrr,
        months.contraction_mrr,
        months.expansion_mrr,
        months.fx_impact_mrr,
        months.reactivation_mrr,
        months.gross_mrr_churn_rate,
        months.net_mrr_churn_rate,
        months.net_mrr_churn_rate_with_reactivation,
        months.gross_mrr_churn_rate_bridge,
        months.gross_mrr_churn_rate_daily_sum,
        months.net_mrr_churn_rate_daily_sum,
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
        months.opening_customers_3m,
        months.retained_customers_3m,
        months.opening_mrr_3m,
        months.retained_mrr_3m,
        months.gross_retained_mrr_3m,
        months.nrr_3m,
        months.grr_3m,
        months.logo_retention_3m,
        months.retained_customers_1m,
        months.retained_mrr_1m,
        months.gross_retained_mrr_1m,
        months.nrr_1m,
        months.grr_1m,
        months.logo_retention_1m,
        months.bridge_churn_mrr_12m,
        months.bridge_contraction_mrr_12m,
        months.bridge_expansion_mrr_12m,
        months.bridge_reactivation_mrr_12m,
        months.nrr_bridge_12m,
        months.nrr_bridge_with_reactivation_12m,
        months.grr_bridge_12m,
        months.nrr_12m - months.nrr_bridge_12m as nrr_bridge_difference_12m,
        months.grr_12m - months.grr_bridge_12m as grr_bridge_difference_12m,
        changes.usual_logo_churn_rate,
        changes.logo_churn_tolerance,
        coalesce(changes.logo_churn_flag, 'not_judged') as logo_churn_flag,
        changes.usual_gross_mrr_churn_rate,
        changes.gross_mrr_churn_tolerance,
        coalesce(changes.gross_mrr_churn_flag, 'not_judged') as gross_mrr_churn_flag,
        months.is_complete
    from months
    left join changes
        on
            months.month = changes.month
            and months.segment_type = changes.segment_type
            and months.segment_value = changes.segment_value

)

select * from final
order by month, segment_type, segment_value
