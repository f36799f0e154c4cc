with customers as (

    select * from {{ ref('int_core__customers_described') }}

),

free_plans as (

    select customer_id
    from {{ ref('int_revenue__free_plans_held') }}
    group by customer_id

),

invoiced as (

    select
        customer_id,
        sum(usage_amount) as usage_amount,
        sum(recurring_amount) as recurring_amount
    from {{ ref('int_revenue__invoice_months_summed') }}
    group by customer_id

),

-- Amounts of several currencies are added as they are: only which of two is the greater counts.
final as (

    select
        customers.customer_id,
        case
            when customers.sales_model = 'enterprise' then 'contract'
            when invoiced.usage_amount > invoiced.recurring_amount then 'usage'
            when free_plans.customer_id is not null then 'freemium'
            else 'subscription'
        end as pricing_model
    from customers
    left join invoiced
        on customers.customer_id = invoiced.customer_id
    left join free_plans
        on customers.customer_id = free_plans.customer_id

)

select * from final
