with

raw_user_roles as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'user_role'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as user_role_id,
        name as role_name
    from raw_user_roles
    where coalesce(_fivetran_active, true) and not coalesce(_fivetran_deleted, false)
)

select * from renamed
