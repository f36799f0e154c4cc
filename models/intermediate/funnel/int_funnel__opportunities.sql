select
    cast(null as string) as opportunity_id,
    cast(null as string) as account_id,
    cast(null as string) as customer_id,
    cast(null as string) as status,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as closed_at
where false
