select
    cast(null as string) as member_kind,
    cast(null as string) as member_id,
    cast(null as string) as account_id
where false
