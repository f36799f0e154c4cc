with

raw_events as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'event'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as event_id,
        who_id,
        what_id,
        account_id,
        case when owner_id not like '00G%' then owner_id end as owner_id,
        subject,
        lower(type) as event_type,
        coalesce(start_date_time, activity_date_time, activity_date) as started_at,
        created_date as created_at
    from raw_events
    where
        coalesce(_fivetran_active, true)
        and not coalesce(is_deleted, false)
        and not coalesce(is_child, false)
        and not coalesce(is_recurrence, false)
)

select * from renamed
