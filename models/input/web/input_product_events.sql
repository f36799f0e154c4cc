select
    cast(null as string) as event_key,
    cast(null as string) as user_id,
    cast(null as string) as account_ref,
    cast(null as string) as event_name,
    cast(null as date) as event_date,
    cast(null as timestamp) as occurred_at
where false
