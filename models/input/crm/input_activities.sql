select
    cast(null as string) as activity_key,
    cast(null as string) as source_system,
    cast(null as string) as activity_type,
    cast(null as string) as direction,
    cast(null as boolean) as is_held,
    cast(null as string) as person_key,
    cast(null as string) as company_key,
    cast(null as string) as opportunity_key,
    cast(null as string) as owner_key,
    cast(null as string) as subject,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as occurred_at
where false
