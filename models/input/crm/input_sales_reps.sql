with owners as (

    select * from {{ ref('stg_hubspot__owners') }}

),

hubspot_users as (

    select * from {{ ref('stg_hubspot__users') }}

),

teams as (

    select * from {{ ref('stg_hubspot__teams') }}

),

owner_teams as (

    select * from {{ ref('stg_hubspot__owner_teams') }}

),

users as (

    select * from {{ ref('stg_salesforce__users') }}

),

user_roles as (

    select * from {{ ref('stg_salesforce__user_roles') }}

),

owner_teams_ranked as (

    select
        owner_teams.owner_id,
        teams.team,
        row_number() over (
            partition by owner_teams.owner_id
            order by case when owner_teams.is_primary then 0 else 1 end, teams.team, teams.team_id
        ) as place
    from owner_teams
    inner join teams
        on owner_teams.team_id = teams.team_id

),

final as (

    select
        'hubspot:' || owners.owner_id as owner_key,
        'hubspot' as source_system,
        coalesce(owners.full_name, owners.email) as rep_name,
        owners.email,
        coalesce(owner_teams_ranked.team, teams.team) as team,
        cast(null as string) as manager_key,
        owners.is_active
    from owners
    left join owner_teams_ranked
        on
            owners.owner_id = owner_teams_ranked.owner_id
            and owner_teams_ranked.place = 1
    left join hubspot_users
        on owners.user_id = hubspot_users.user_id
    left join teams
        on hubspot_users.team_id = teams.team_id

    union all

    select
        'salesforce:' || users.user_id as owner_key,
        'salesforce' as source_system,
        coalesce(users.full_name, users.email) as rep_name,
        users.email,
        coalesce(user_roles.role_name, users.department) as team,
        'salesforce:' || users.manager_id as manager_key,
        users.is_active
    from users
    left join user_roles
        on users.user_role_id = user_roles.user_role_id

)

select * from final
