select
    cast(null as string) as person_key,
    cast(null as string) as source_system,
    cast(null as string) as source_person_id,
    cast(null as string) as record_kind,
    cast(null as string) as email,
    cast(null as string) as email_domain,
    cast(null as string) as full_name,
    cast(null as string) as company_key,
    cast(null as string) as company_name,
    cast(null as string) as country,
    cast(null as string) as owner_key,
    cast(null as string) as source_channel,
    cast(null as decimal(38, 6)) as lead_score,
    cast(null as timestamp) as created_at
where false
