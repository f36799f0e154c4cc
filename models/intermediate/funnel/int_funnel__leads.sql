select
    cast(null as string) as lead_id,
    cast(null as string) as person_id,
    cast(null as string) as account_id,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as mql_at,
    cast(null as timestamp) as sql_at,
    cast(null as timestamp) as opportunity_at,
    cast(null as timestamp) as customer_at,
    cast(null as string) as customer_id,
    cast(null as string) as campaign,
    cast(null as string) as lead_source
where false
