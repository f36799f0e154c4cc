with

raw_campaign_members as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'campaign_member'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as campaign_member_id,
        campaign_id,
        lead_id,
        contact_id,
        created_date as created_at
    from raw_campaign_members
    where coalesce(_fivetran_active, true) and not coalesce(is_deleted, false)
)

select * from renamed
