with

raw_notes as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_note'),
                ['engagement_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        cast(property_hubspot_owner_id as string) as owner_id,
        {{ salesforce_activity_id() }} as salesforce_activity_id,
        coalesce(property_hs_createdate, property_hs_timestamp) as created_at,
        coalesce(property_hs_timestamp, property_hs_createdate) as occurred_at
    from raw_notes
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
