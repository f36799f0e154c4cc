select
    cast(null as string) as owner_key,
    cast(null as string) as source_system,
    cast(null as string) as rep_name,
    cast(null as string) as email,
    cast(null as string) as team,
    cast(null as string) as manager_key,
    cast(null as boolean) as is_active
where false
