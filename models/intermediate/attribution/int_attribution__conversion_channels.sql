select
    cast(null as string) as conversion_type,
    cast(null as string) as conversion_id,
    cast(null as string) as channel,
    cast(null as string) as campaign,
    cast(null as string) as source,
    cast(null as string) as medium
where false
