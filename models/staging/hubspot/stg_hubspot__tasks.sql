with

raw_tasks as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_task'),
                ['engagement_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        property_hs_task_subject as subject,
        cast(property_hubspot_owner_id as string) as owner_id,
        {{ salesforce_activity_id() }} as salesforce_activity_id,
        coalesce(property_hs_createdate, property_hs_timestamp) as created_at,
        coalesce(
            property_hs_task_completion_date, property_hs_timestamp, property_hs_createdate
        ) as occurred_at
    from raw_tasks
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
