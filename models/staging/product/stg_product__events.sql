with

raw_events as (
    select * from {{ deduplicate(source('product', 'events'), ['event_id']) }} as latest
),

renamed as (
    select
        event_id,
        user_id,
        account_id,
        lower(event_name) as event_name,
        occurred_at
    from raw_events
)

select * from renamed
