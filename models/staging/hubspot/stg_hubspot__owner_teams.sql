with

raw_owner_teams as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'owner_team'),
                ['owner_id', 'team_id']
            )
        }} as latest
),

renamed as (
    select
        cast(owner_id as string) as owner_id,
        cast(team_id as string) as team_id,
        coalesce(is_team_primary, false) as is_primary
    from raw_owner_teams
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
