with outcomes as (

    select * from {{ ref('int_success__health_outcomes') }}

),

rated as (

    select
        outcomes.*,
        {{ ratio('churned_customers', 'customers') }} as churn_rate,
        {{ ratio('churned_customers_12m', 'customers_12m') }} as churn_rate_12m
    from outcomes

),

final as (

    select
        month,
        horizon_months,
        health_band,
        customers,
        churned_customers,
        churn_rate,
        {{ ratio(
            'churn_rate',
            "max(case when health_band = 'all' then churn_rate end) over by_month"
        ) }} as lift,
        {{ ratio(
            'churned_customers',
            "max(case when health_band = 'all' then churned_customers end) over by_month"
        ) }} as share_of_churn,
        opening_mrr,
        lost_mrr,
        customers_12m,
        churned_customers_12m,
        churn_rate_12m,
        {{ ratio(
            'churn_rate_12m',
            "max(case when health_band = 'all' then churn_rate_12m end) over by_month"
        ) }} as lift_12m,
        opening_mrr_12m,
        lost_mrr_12m
    from rated
    window by_month as (partition by month, horizon_months)

)

select * from final
order by month, horizon_months, health_band
