with customers as (

    select * from {{ ref('int_core__customers_described') }}

),

statuses as (

    select * from {{ ref('int_revenue__customer_statuses_derived') }}

),

customers_priced as (

    select * from {{ ref('int_core__customers_priced') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

segments_now as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}
    where month = {{ month_start(as_of_date()) }}

),

lives as (

    select
        customer_id,
        min(movement_date) as first_paid_date,
        max(movement_date) as last_movement_date,
        max_by(closing_mrr, movement_date) as last_closing_mrr
    from movements
    group by customer_id

),

values_to_date as (

    select
        customer_id,
        count(case when closing_mrr > 0 then 1 end) as lifetime_months,
        sum(closing_mrr) as lifetime_value_to_date,
        max(case when month = {{ month_start(as_of_date()) }} then closing_mrr end) as current_mrr
    from customer_months
    group by customer_id

),

final as (

    select
        statuses.customer_id,
        customers.parent_customer_id,
        coalesce(customers.billing_source, 'stripe') as billing_source,
        {{ pii('customers.customer_name') }} as customer_name,
        {{ pii('customers.email_domain') }} as email_domain,
        customers.company_id,
        customers.country,
        customers.industry,
        customers.employee_count,
        coalesce(customers.segment, 'unknown') as segment,
        coalesce(customers.sales_model, 'unknown') as sales_model,
        coalesce(
            customers_priced.pricing_model,
            case when statuses.had_free_plan then 'freemium' else 'subscription' end
        ) as pricing_model,
        coalesce(customers.acquisition_channel, 'unknown') as acquisition_channel,
        customers.created_at,
        lives.first_paid_date,
        {{ month_start('lives.first_paid_date') }} as cohort_month,
        case when lives.last_closing_mrr = 0 then lives.last_movement_date end as churned_date,
        statuses.status,
        cast(coalesce(values_to_date.current_mrr, 0) as decimal(38, 6)) as current_mrr,
        cast(12 * coalesce(values_to_date.current_mrr, 0) as decimal(38, 6)) as current_arr,
        case when segments_now.closing_mrr > 0 then segments_now.plan end as current_plan,
        cast(coalesce(values_to_date.lifetime_months, 0) as bigint) as lifetime_months,
        cast(coalesce(values_to_date.lifetime_value_to_date, 0) as decimal(38, 6))
            as lifetime_value_to_date
    from statuses
    left join customers
        on statuses.customer_id = customers.customer_id
    left join customers_priced
        on statuses.customer_id = customers_priced.customer_id
    left join segments_now
        on statuses.customer_id = segments_now.customer_id
    left join lives
        on statuses.customer_id = lives.customer_id
    left join values_to_date
        on statuses.customer_id = values_to_date.customer_id
    where statuses.has_ever_paid or statuses.status in ('trialing', 'free', 'paused')

)

select * from final
order by customer_id
