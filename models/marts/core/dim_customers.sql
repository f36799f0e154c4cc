with billing_customers as (

    select * from {{ ref('input_customers') }}

),

statuses as (

    select * from {{ ref('int_revenue__customer_statuses_derived') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

ranked_customers as (

    select
        billing_customers.*,
        row_number() over (
            partition by customer_id
            order by created_at asc nulls last, billing_source asc, billing_customer_id asc
        ) as age_rank
    from billing_customers

),

-- An account of several billing customers is described by the one it started with.
accounts as (

    select
        customer_id,
        max(case when age_rank = 1 then customer_name end) as customer_name,
        max(case when age_rank = 1 then lower(nullif(split_part(email, '@', 2), '')) end)
            as email_domain,
        max(case when age_rank = 1 then country end) as country,
        min(created_at) as created_at,
        case when min(billing_source) = max(billing_source) then min(billing_source) else 'several'
        end as billing_source
    from ranked_customers
    group by customer_id

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
        coalesce(accounts.billing_source, 'stripe') as billing_source,
        {{ pii('accounts.customer_name') }} as customer_name,
        {{ pii('accounts.email_domain') }} as email_domain,
        cast(null as string) as company_id,
        accounts.country,
        cast(null as string) as industry,
        cast(null as bigint) as employee_count,
        'unknown' as segment,
        'unknown' as sales_model,
        case when statuses.had_free_plan then 'freemium' else 'subscription' end as pricing_model,
        'unknown' as acquisition_channel,
        accounts.created_at,
        lives.first_paid_date,
        {{ month_start('lives.first_paid_date') }} as cohort_month,
        case when lives.last_closing_mrr = 0 then lives.last_movement_date end as churned_date,
        statuses.status,
        cast(coalesce(values_to_date.current_mrr, 0) as decimal(38, 6)) as current_mrr,
        cast(12 * coalesce(values_to_date.current_mrr, 0) as decimal(38, 6)) as current_arr,
        statuses.current_plan,
        cast(coalesce(values_to_date.lifetime_months, 0) as bigint) as lifetime_months,
        cast(coalesce(values_to_date.lifetime_value_to_date, 0) as decimal(38, 6))
            as lifetime_value_to_date
    from statuses
    left join accounts
        on statuses.customer_id = accounts.customer_id
    left join lives
        on statuses.customer_id = lives.customer_id
    left join values_to_date
        on statuses.customer_id = values_to_date.customer_id
    where statuses.has_ever_paid or statuses.status in ('trialing', 'free', 'paused')

)

select * from final
order by customer_id
