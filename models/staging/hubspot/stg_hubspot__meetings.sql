with

raw_meetings as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_meeting'),
                ['engagement_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        property_hs_meeting_title as subject,
        property_hs_activity_type as activity_type,
        lower(property_hs_meeting_outcome) as outcome,
        cast(property_hubspot_owner_id as string) as owner_id,
        {{ salesforce_activity_id() }} as salesforce_activity_id,
        coalesce(property_hs_createdate, property_hs_timestamp) as created_at,
        coalesce(
            property_hs_meeting_start_time, property_hs_timestamp, property_hs_createdate
        ) as occurred_at
    from raw_meetings
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
