with

raw_opportunity_field_history as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'opportunity_field_history'),
                ['id']
            )
        }} as latest
),

renamed as (
    select
        id as change_id,
        opportunity_id,
        old_value as old_stage,
        new_value as new_stage,
        created_date as changed_at
    from raw_opportunity_field_history
    where not coalesce(is_deleted, false) and lower(field) = 'stagename'
)

select * from renamed
