with

raw_calls as (
    select *
    from {{ deduplicate(source('segment', 'identifies'), ['id'], 'received_at') }} as latest
),

renamed as (
    select
        id as call_id,
        anonymous_id,
        user_id,
        lower(email) as email,
        timestamp as identified_at
    from raw_calls
)

select * from renamed
