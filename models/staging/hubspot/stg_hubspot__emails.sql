with

raw_emails as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_email'),
                ['engagement_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        property_hs_email_subject as subject,
        case lower(property_hs_email_direction)
            when 'email' then 'outbound'
            when 'incoming_email' then 'inbound'
        end as direction,
        cast(property_hubspot_owner_id as string) as owner_id,
        {{ salesforce_activity_id() }} as salesforce_activity_id,
        coalesce(property_hs_createdate, property_hs_timestamp) as created_at,
        coalesce(property_hs_timestamp, property_hs_createdate) as occurred_at
    from raw_emails
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
