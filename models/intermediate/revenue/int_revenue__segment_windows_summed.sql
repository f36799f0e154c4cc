with windows as (

    select * from {{ ref('int_revenue__customer_windows_compared') }}

),

-- By all attributes at once first: few rows of a month and window are left to repeat by type.
cells as (

    select
        month,
        window_months,
        {{ segment_types() | join(', ') }},
        count(case when opening_mrr > 0 then 1 end) as opening_customers,
        count(case when opening_mrr > 0 then churn_type end) as churned_customers,
        count(case when churn_type = 'voluntary' then 1 end) as voluntary_churned_customers,
        count(case when churn_type = 'involuntary' then 1 end) as involuntary_churned_customers,
        count(case when churn_type = 'paused' then 1 end) as paused_churned_customers,
        count(case when churn_type = 'free' then 1 end) as free_churned_customers,
        count(case when churn_type = 'unknown' then 1 end) as unknown_churned_customers,
        sum(opening_mrr) as opening_mrr,
        sum(case when churn_type is not null then -opening_mrr else 0 end) as churn_mrr,
        sum(
            case
                when opening_mrr = 0 or churn_type is not null then 0
                when closing_mrr = 0 then -opening_mrr
                when moved_mrr < 0 then moved_mrr
                else 0
            end
        ) as contraction_mrr,
        sum(case when opening_mrr > 0 and moved_mrr > 0 then moved_mrr else 0 end)
            as expansion_mrr,
        sum(
            case
                when opening_mrr > 0 and closing_mrr > 0
                    then closing_mrr - opening_mrr - moved_mrr
                else 0
            end
        ) as fx_impact_mrr,
        sum(case when is_returned then closing_mrr else 0 end) as reactivation_mrr,
        sum(case when opening_mrr > 0 then closing_mrr else 0 end) as retained_mrr,
        sum(least(opening_mrr, closing_mrr)) as gross_retained_mrr
    from windows
    where opening_mrr > 0 or is_returned
    group by month, window_months, {{ segment_types() | join(', ') }}

),

final as (

    select
        cells.month,
        cells.window_months,
        types.segment_type,
        {{ segment_value('cells') }} as segment_value,
        sum(cells.opening_customers) as opening_customers,
        sum(cells.opening_customers - cells.churned_customers) as retained_customers,
        sum(cells.churned_customers) as churned_customers,
        sum(cells.voluntary_churned_customers) as voluntary_churned_customers,
        sum(cells.involuntary_churned_customers) as involuntary_churned_customers,
        sum(cells.paused_churned_customers) as paused_churned_customers,
        sum(cells.free_churned_customers) as free_churned_customers,
        sum(cells.unknown_churned_customers) as unknown_churned_customers,
        sum(cells.churn_mrr) as churn_mrr,
        sum(cells.contraction_mrr) as contraction_mrr,
        sum(cells.expansion_mrr) as expansion_mrr,
        sum(cells.fx_impact_mrr) as fx_impact_mrr,
        sum(cells.reactivation_mrr) as reactivation_mrr,
        sum(cells.opening_mrr) as opening_mrr,
        sum(cells.retained_mrr) as retained_mrr,
        sum(cells.gross_retained_mrr) as gross_retained_mrr
    from cells
    cross join {{ every_segment_type() }}
    group by cells.month, cells.window_months, types.segment_type, {{ segment_value('cells') }}

)

select * from final
