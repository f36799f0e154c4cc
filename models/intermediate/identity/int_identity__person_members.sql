select
    cast(null as string) as member_kind,
    cast(null as string) as member_id,
    cast(null as string) as person_id
where false
