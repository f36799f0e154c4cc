with

raw_users as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'user'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as user_id,
        coalesce(name, nullif(concat_ws(' ', first_name, last_name), '')) as full_name,
        lower(email) as email,
        department,
        user_role_id,
        manager_id,
        coalesce(is_active, true) as is_active
    from raw_users
    where
        coalesce(_fivetran_active, true)
        and not coalesce(_fivetran_deleted, false)
        and coalesce(user_type, 'Standard') = 'Standard'
)

select * from renamed
