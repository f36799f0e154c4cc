select
    cast(null as string) as event_source,
    cast(null as string) as anonymous_id,
    cast(null as string) as user_id,
    cast(null as string) as email,
    cast(null as timestamp) as identified_at
where false
