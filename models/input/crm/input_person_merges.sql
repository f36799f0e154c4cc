select
    cast(null as string) as merged_person_key,
    cast(null as string) as person_key,
    cast(null as string) as source_system,
    cast(null as timestamp) as merged_at,
    cast(null as string) as merge_kind
where false
