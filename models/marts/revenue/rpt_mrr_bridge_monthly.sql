{%- set kinds = 'opening new reactivation expansion contraction churn fx_impact closing'.split() -%}
with segment_months as (

    select * from {{ ref('int_revenue__segment_months_listed') }}
    where is_in_use

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

segments as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

counts as (

    select * from {{ ref('int_revenue__segment_movements_summed') }}

),

committed as (

    select * from {{ ref('int_revenue__committed_mrr_monthly') }}

),

amounts as (

    select
        segments.month,
        types.segment_type,
        {{ segment_value('segments') }} as segment_value,
        {%- for kind in kinds %}
            sum(customer_months.{{ kind }}_mrr) as {{ kind }}_mrr,
        {%- endfor %}
        sum(
            coalesce(customer_months.closing_mrr, 0)
            - coalesce(committed.leaving_mrr, 0)
            + coalesce(committed.signed_mrr, 0)
        ) as committed_mrr,
        count(case when customer_months.opening_mrr > 0 then 1 end) as opening_customers,
        count(case when customer_months.closing_mrr > 0 then 1 end) as closing_customers
    from segments
    left join customer_months
        on
            segments.customer_id = customer_months.customer_id
            and segments.month = customer_months.month
    left join committed
        on
            segments.customer_id = committed.customer_id
            and segments.month = committed.month
    cross join {{ every_segment_type() }}
    group by segments.month, types.segment_type, {{ segment_value('segments') }}

),

bridge as (

    select
        segment_months.month,
        segment_months.segment_type,
        segment_months.segment_value,
        segment_months.is_complete,
        {%- for kind in kinds + ['committed'] %}
            cast(coalesce(amounts.{{ kind }}_mrr, 0) as decimal(38, 6)) as {{ kind }}_mrr,
        {%- endfor %}
        lag(coalesce(amounts.closing_mrr, 0), 1, 0) over segment_life as previous_closing_mrr,
        lag(coalesce(amounts.closing_customers, 0), 1, 0) over segment_life as previous_customers,
        cast(coalesce(amounts.opening_customers, 0) as bigint) as opening_customers,
        cast(coalesce(counts.new_customers, 0) as bigint) as new_customers,
        cast(coalesce(counts.reactivated_customers, 0) as bigint) as reactivated_customers,
        cast(coalesce(counts.churned_customers, 0) as bigint) as churned_customers,
        cast(coalesce(amounts.closing_customers, 0) as bigint) as closing_customers
    from segment_months
    left join amounts
        on
            segment_months.month = amounts.month
            and segment_months.segment_type = amounts.segment_type
            and segment_months.segment_value = amounts.segment_value
    left join counts
        on
            segment_months.month = counts.month
            and segment_months.segment_type = counts.segment_type
            and segment_months.segment_value = counts.segment_value
    window segment_life as (
        partition by segment_months.segment_type, segment_months.segment_value
        order by segment_months.month
    )

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
        cast(opening_mrr - previous_closing_mrr as decimal(38, 6)) as segment_transfer_mrr,
        opening_customers,
        new_customers,
        reactivated_customers,
        churned_customers,
        closing_customers,
        opening_customers - previous_customers as segment_transfer_customers,
        {{ divide_exact('closing_mrr', 'closing_customers', 6) }} as arpa,
        {{ ratio('new_mrr + expansion_mrr', '-(contraction_mrr + churn_mrr)') }} as quick_ratio,
        {{ ratio('new_mrr + reactivation_mrr + expansion_mrr', '-(contraction_mrr + churn_mrr)') }}
            as quick_ratio_with_reactivation,
        is_complete
    from bridge

)

select * from final
order by month, segment_type, segment_value
