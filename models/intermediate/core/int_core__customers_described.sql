with billing_customers as (

    select * from {{ ref('input_customers') }}

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
        case when min(billing_source) = max(billing_source) then min(billing_source) else 'several'
        end as billing_source,
        max(case when age_rank = 1 then customer_name end) as customer_name,
        max(case when age_rank = 1 then lower(nullif(split_part(email, '@', 2), '')) end)
            as email_domain,
        max(case when age_rank = 1 then nullif(trim(country), '') end) as country,
        max(case when account_id = customer_id then parent_account_id end) as parent_customer_id,
        min(created_at) as created_at
    from ranked_customers
    group by customer_id

),

final as (

    select
        customer_id,
        parent_customer_id,
        billing_source,
        customer_name,
        email_domain,
        cast(null as string) as company_id,
        country,
        cast(null as string) as industry,
        cast(null as bigint) as employee_count,
        cast('unknown' as string) as segment,
        cast('unknown' as string) as sales_model,
        cast('unknown' as string) as acquisition_channel,
        created_at
    from accounts

)

select * from final
