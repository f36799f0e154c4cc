with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

free_plans as (

    select customer_id
    from {{ ref('int_revenue__free_plans_held') }}
    group by customer_id

),

by_customer as (

    select
        customer_id,
        max(case when net_annual_amount > 0 then 1 else 0 end) as has_ever_paid,
        max(case when valid_to is null and net_annual_amount > 0 then 1 else 0 end) as pays_now,
        max(case when valid_to is null and net_annual_amount = 0 then 1 else 0 end) as is_free_now
    from intervals
    group by customer_id

),

final as (

    select
        by_customer.customer_id,
        by_customer.has_ever_paid = 1 as has_ever_paid,
        free_plans.customer_id is not null as had_free_plan,
        by_customer.pays_now = 1 as pays_now,
        by_customer.is_free_now = 1 as is_free_now
    from by_customer
    left join free_plans
        on by_customer.customer_id = free_plans.customer_id

)

select * from final
