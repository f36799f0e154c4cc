select
    cast(null as string) as activity_key,
    cast(null as string) as person_key,
    cast(null as string) as source_system
where false
