with segment_months as (

    select * from {{ ref('int_revenue__segment_months_listed') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

segment_days as (

    select
        customer_months.month,
        movements.movement_date,
        types.segment_type,
        {{ segment_value('customer_months') }} as segment_value,
        count(case when movements.movement_type = 'new' then 1 end) as new_customers,
        count(case when movements.movement_type = 'reactivation' then 1 end)
            as reactivated_customers,
        count(case when movements.movement_type = 'churn' then 1 end) as churned_customers,
        count(case when movements.opening_mrr = 0 then 1 end)
        - count(case when movements.closing_mrr = 0 then 1 end) as customers_change,
        {%- for type in ['reactivation', 'expansion', 'contraction', 'churn'] %}
            sum(
                case
                    when movements.movement_type = '{{ type }}' then movements.mrr_change
                    else 0
                end
            ) as {{ type }}_mrr,
        {%- endfor %}
        sum(movements.mrr_change) as mrr_change
    from movements
    inner join customer_months
        on
            movements.customer_id = customer_months.customer_id
            and {{ month_start('movements.movement_date') }} = customer_months.month
    cross join {{ every_segment_type() }}
    group by
        customer_months.month,
        movements.movement_date,
        types.segment_type,
        {{ segment_value('customer_months') }}

),

-- A day opens with what the month closes with, less the changes from the day on.
opened_days as (

    select
        segment_days.*,
        segment_months.closing_customers - sum(segment_days.customers_change) over (
            partition by segment_days.segment_type, segment_days.segment_value, segment_days.month
            order by segment_days.movement_date desc
            rows between unbounded preceding and current row
        ) as opening_customers,
        segment_months.closing_mrr - sum(segment_days.mrr_change) over (
            partition by segment_days.segment_type, segment_days.segment_value, segment_days.month
            order by segment_days.movement_date desc
            rows between unbounded preceding and current row
        ) as opening_mrr
    from segment_days
    inner join segment_months
        on
            segment_days.segment_type = segment_months.segment_type
            and segment_days.segment_value = segment_months.segment_value
            and segment_days.month = segment_months.month

),

rated_days as (

    select
        opened_days.*,
        {{ divide_exact('churned_customers', 'opening_customers', 12) }} as logo_churn_rate,
        {{ divide_exact('-(churn_mrr + contraction_mrr)', 'opening_mrr', 12) }}
            as gross_mrr_churn_rate,
        {{ divide_exact(
            '-(churn_mrr + contraction_mrr + expansion_mrr)', 'opening_mrr', 12
        ) }} as net_mrr_churn_rate
    from opened_days

),

final as (

    select
        month,
        segment_type,
        segment_value,
        sum(new_customers) as new_customers,
        sum(reactivated_customers) as reactivated_customers,
        sum(churned_customers) as churned_customers,
        sum(customers_change) as customers_change,
        sum(reactivation_mrr) as reactivation_mrr,
        sum(expansion_mrr) as expansion_mrr,
        sum(contraction_mrr) as contraction_mrr,
        sum(churn_mrr) as churn_mrr,
        cast(sum(logo_churn_rate) as double) as logo_churn_rate_daily_sum,
        cast(sum(gross_mrr_churn_rate) as double) as gross_mrr_churn_rate_daily_sum,
        cast(sum(net_mrr_churn_rate) as double) as net_mrr_churn_rate_daily_sum
    from rated_days
    group by month, segment_type, segment_value

)

select * from final
