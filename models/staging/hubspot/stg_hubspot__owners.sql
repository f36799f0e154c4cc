with

raw_owners as (
    select * from {{ deduplicate(source('hubspot', 'owner'), ['owner_id']) }} as latest
),

renamed as (
    select
        cast(owner_id as string) as owner_id,
        cast(active_user_id as string) as user_id,
        lower(email) as email,
        nullif(concat_ws(' ', first_name, last_name), '') as full_name,
        coalesce(is_active, active_user_id is not null) as is_active
    from raw_owners
)

select * from renamed
