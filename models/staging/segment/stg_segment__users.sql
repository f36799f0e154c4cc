with

raw_users as (
    select * from {{ deduplicate(source('segment', 'users'), ['id'], 'received_at') }} as latest
),

renamed as (
    select
        id as user_id,
        lower(email) as email,
        received_at
    from raw_users
)

select * from renamed
