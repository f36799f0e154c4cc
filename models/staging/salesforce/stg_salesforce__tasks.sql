with

raw_tasks as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'task'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as task_id,
        who_id,
        what_id,
        account_id,
        case when owner_id not like '00G%' then owner_id end as owner_id,
        subject,
        lower(coalesce(nullif(task_subtype, 'Task'), type)) as task_type,
        lower(type) as own_type,
        coalesce(is_closed, lower(status) = 'completed', false) as is_closed,
        lower(call_type) as direction,
        lower(call_disposition) as call_disposition,
        cast(activity_date as date) as due_date,
        completed_date_time as completed_at,
        created_date as created_at
    from raw_tasks
    where coalesce(_fivetran_active, true) and not coalesce(is_deleted, false)
)

select * from renamed
