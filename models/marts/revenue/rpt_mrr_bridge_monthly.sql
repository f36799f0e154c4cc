with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

leaving as (

    select
        month,
        sum(leaving_mrr - signed_mrr) as leaving_mrr
    from {{ ref('int_revenue__committed_mrr_monthly') }}
    group by month

),

amounts as (

    select
        month,
        sum(opening_mrr) as opening_mrr,
        sum(new_mrr) as new_mrr,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(churn_mrr) as churn_mrr,
        sum(fx_impact_mrr) as fx_impact_mrr,
        sum(closing_mrr) as closing_mrr,
        count(case when opening_mrr > 0 then 1 end) as opening_customers,
        count(case when closing_mrr > 0 then 1 end) as closing_customers
    from customer_months
    group by month

),

counts as (

    select
        movement_month,
        count(case when movement_type = 'new' then 1 end) as new_customers,
        count(case when movement_type = 'reactivation' then 1 end) as reactivated_customers,
        count(case when movement_type = 'churn' then 1 end) as churned_customers
    from movements
    group by movement_month

),

bridge as (

    select
        months.month,
        'all' as segment_type,
        'all' as segment_value,
        cast(coalesce(amounts.opening_mrr, 0) as decimal(38, 6)) as opening_mrr,
        cast(coalesce(amounts.new_mrr, 0) as decimal(38, 6)) as new_mrr,
        cast(coalesce(amounts.reactivation_mrr, 0) as decimal(38, 6)) as reactivation_mrr,
        cast(coalesce(amounts.expansion_mrr, 0) as decimal(38, 6)) as expansion_mrr,
        cast(coalesce(amounts.contraction_mrr, 0) as decimal(38, 6)) as contraction_mrr,
        cast(coalesce(amounts.churn_mrr, 0) as decimal(38, 6)) as churn_mrr,
        cast(coalesce(amounts.fx_impact_mrr, 0) as decimal(38, 6)) as fx_impact_mrr,
        cast(coalesce(amounts.closing_mrr, 0) as decimal(38, 6)) as closing_mrr,
        cast(
            coalesce(amounts.closing_mrr, 0) - coalesce(leaving.leaving_mrr, 0)
            as decimal(38, 6)
        ) as committed_mrr,
        cast(coalesce(amounts.opening_customers, 0) as bigint) as opening_customers,
        cast(coalesce(counts.new_customers, 0) as bigint) as new_customers,
        cast(coalesce(counts.reactivated_customers, 0) as bigint) as reactivated_customers,
        cast(coalesce(counts.churned_customers, 0) as bigint) as churned_customers,
        cast(coalesce(amounts.closing_customers, 0) as bigint) as closing_customers,
        months.is_complete
    from months
    left join amounts
        on months.month = amounts.month
    left join counts
        on months.month = counts.movement_month
    left join leaving
        on months.month = leaving.month

),

final as (

    select
        month,
        segment_type,
        segment_value,
        opening_mrr,
        new_mrr,
        reactivation_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        fx_impact_mrr,
        closing_mrr,
        cast(12 * closing_mrr as decimal(38, 6)) as closing_arr,
        cast(closing_mrr - opening_mrr - fx_impact_mrr as decimal(38, 6)) as net_new_mrr,
        committed_mrr,
        opening_customers,
        new_customers,
        reactivated_customers,
        churned_customers,
        closing_customers,
        {{ divide_exact('closing_mrr', 'closing_customers', 6) }} as arpa,
        {{ ratio('new_mrr + expansion_mrr', '-(contraction_mrr + churn_mrr)') }} as quick_ratio,
        {{ ratio(
            'new_mrr + reactivation_mrr + expansion_mrr', '-(contraction_mrr + churn_mrr)'
        ) }} as quick_ratio_with_reactivation,
        is_complete
    from bridge

)

select * from final
order by month, segment_type, segment_value
