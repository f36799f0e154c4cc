select
    cast(null as string) as company_key,
    cast(null as string) as source_system,
    cast(null as string) as source_company_id,
    cast(null as string) as company_name,
    cast(null as string) as domain,
    cast(null as string) as industry,
    cast(null as string) as country,
    cast(null as bigint) as employee_count,
    cast(null as decimal(38, 6)) as annual_revenue,
    cast(null as string) as parent_company_key,
    cast(null as string) as owner_key,
    cast(null as string) as billing_customer_id,
    cast(null as timestamp) as created_at
where false
