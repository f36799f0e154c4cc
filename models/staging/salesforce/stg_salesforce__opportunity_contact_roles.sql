with

raw_opportunity_contact_roles as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'opportunity_contact_role'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as role_id,
        opportunity_id,
        contact_id,
        role as contact_role,
        coalesce(is_primary, false) as is_primary
    from raw_opportunity_contact_roles
    where coalesce(_fivetran_active, true) and not coalesce(is_deleted, false)
)

select * from renamed
