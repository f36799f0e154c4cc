select
    cast(null as string) as lead_key,
    cast(null as string) as source_system,
    cast(null as string) as person_key,
    cast(null as string) as company_key,
    cast(null as string) as owner_key,
    cast(null as string) as lead_source,
    cast(null as string) as campaign,
    cast(null as decimal(38, 6)) as lead_score,
    cast(null as string) as status,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as lost_at,
    cast(null as string) as lost_reason,
    cast(null as timestamp) as converted_at,
    cast(null as string) as converted_opportunity_key
where false
