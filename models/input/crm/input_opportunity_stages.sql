select
    cast(null as string) as source_system,
    cast(null as string) as pipeline,
    cast(null as string) as stage,
    cast(null as bigint) as stage_order,
    cast(null as boolean) as is_closed,
    cast(null as boolean) as is_won,
    cast(null as decimal(38, 6)) as probability
where false
