select
    cast(null as string) as record_type,
    cast(null as string) as record_key,
    cast(null as string) as source_system,
    cast(null as string) as stage,
    cast(null as string) as source_stage,
    cast(null as timestamp) as entered_at,
    cast(null as string) as evidence
where false
