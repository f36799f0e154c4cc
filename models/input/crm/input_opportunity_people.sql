select
    cast(null as string) as opportunity_key,
    cast(null as string) as person_key,
    cast(null as string) as source_system,
    cast(null as string) as role,
    cast(null as boolean) as is_primary
where false
