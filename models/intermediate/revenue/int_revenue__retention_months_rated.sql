with months as (

    select * from {{ ref('int_revenue__retention_months_derived') }}

),

final as (

    select
        months.*,
        {{ ratio('churned_customers', 'opening_customers_1m') }} as logo_churn_rate_opening,
        {{ ratio('churn_movements', 'bridge_opening_customers + bridge_new_customers') }}
            as logo_churn_rate_opening_plus_new,
        {{ ratio(
            '2 * churn_movements', 'bridge_opening_customers + bridge_closing_customers'
        ) }} as logo_churn_rate_average,
        {{ ratio('-(churn_mrr + contraction_mrr)', 'opening_mrr_1m') }} as gross_mrr_churn_rate,
        {{ ratio('-(churn_mrr + contraction_mrr + expansion_mrr)', 'opening_mrr_1m') }}
            as net_mrr_churn_rate,
        {{ ratio(
            '-(churn_mrr + contraction_mrr + expansion_mrr + reactivation_mrr)', 'opening_mrr_1m'
        ) }} as net_mrr_churn_rate_with_reactivation,
        {{ ratio('-(bridge_churn_mrr_1m + bridge_contraction_mrr_1m)', 'opening_mrr_1m') }}
            as gross_mrr_churn_rate_bridge,
        {{ ratio('retained_mrr_12m', 'opening_mrr_12m') }} as nrr_12m,
        {{ ratio('gross_retained_mrr_12m', 'opening_mrr_12m') }} as grr_12m,
        {{ ratio('retained_customers_12m', 'opening_customers_12m') }} as logo_retention_12m,
        {{ bridge_retention(12, ['churn', 'contraction', 'expansion']) }} as nrr_bridge_12m,
        {{ bridge_retention(12, ['churn', 'contraction', 'expansion', 'reactivation']) }}
            as nrr_bridge_with_reactivation_12m,
        {{ bridge_retention(12, ['churn', 'contraction']) }} as grr_bridge_12m,
        {{ ratio('retained_mrr_3m', 'opening_mrr_3m') }} as nrr_3m,
        {{ ratio('gross_retained_mrr_3m', 'opening_mrr_3m') }} as grr_3m,
        {{ ratio('retained_customers_3m', 'opening_customers_3m') }} as logo_retention_3m,
        {{ bridge_retention(3, ['churn', 'contraction', 'expansion']) }} as nrr_bridge_3m,
        {{ bridge_retention(3, ['churn', 'contraction', 'expansion', 'reactivation']) }}
            as nrr_bridge_with_reactivation_3m,
        {{ bridge_retention(3, ['churn', 'contraction']) }} as grr_bridge_3m,
        {{ ratio('retained_mrr_1m', 'opening_mrr_1m') }} as nrr_1m,
        {{ ratio('gross_retained_mrr_1m', 'opening_mrr_1m') }} as grr_1m,
        {{ ratio('retained_customers_1m', 'opening_customers_1m') }} as logo_retention_1m,
        {{ bridge_retention(1, ['churn', 'contraction', 'expansion']) }} as nrr_bridge_1m,
        {{ bridge_retention(1, ['churn', 'contraction', 'expansion', 'reactivation']) }}
            as nrr_bridge_with_reactivation_1m,
        {{ bridge_retention(1, ['churn', 'contraction']) }} as grr_bridge_1m
    from months

)

select * from final
