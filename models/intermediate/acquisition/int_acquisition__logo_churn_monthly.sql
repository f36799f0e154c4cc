with months as (

    select * from {{ ref('int_revenue__company_months') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

balances as (

    select
        customer_id,
        month,
        closing_mrr,
        case
            when
                lag(month) over (partition by customer_id order by month)
                = cast({{ add_months('month', -1) }} as date)
                then lag(closing_mrr) over (partition by customer_id order by month)
            else 0
        end as opening_mrr
    from customer_months

),

counts as (

    select
        month,
        count(case when opening_mrr > 0 then 1 end) as opening_customers,
        count(case when opening_mrr > 0 and closing_mrr = 0 then 1 end) as lost_customers
    from balances
    group by month

),

final as (

    select
        months.month,
        'all' as segment_type,
        'all' as segment_value,
        cast(coalesce(counts.opening_customers, 0) as bigint) as opening_customers,
        cast(coalesce(counts.lost_customers, 0) as bigint) as lost_customers,
        {{ ratio('counts.lost_customers', 'counts.opening_customers') }} as logo_churn_rate
    from months
    left join counts
        on months.month = counts.month

)

select * from final
