with

raw_teams as (
    select * from {{ deduplicate(source('hubspot', 'team'), ['id']) }} as latest
),

renamed as (
    select
        cast(id as string) as team_id,
        name as team
    from raw_teams
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
