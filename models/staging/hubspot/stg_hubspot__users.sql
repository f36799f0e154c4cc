with

raw_users as (
    select * from {{ deduplicate(source('hubspot', 'users'), ['id']) }} as latest
),

renamed as (
    select
        id as user_id,
        cast(primary_team_id as string) as team_id
    from raw_users
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
