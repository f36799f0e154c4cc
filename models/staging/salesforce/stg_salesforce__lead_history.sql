with

raw_lead_history as (
    select * from {{ deduplicate(source('salesforce', 'lead_history'), ['id']) }} as latest
),

renamed as (
    select
        id as change_id,
        lead_id,
        lower(field) as field_name,
        old_value,
        new_value,
        created_date as changed_at
    from raw_lead_history
    where not coalesce(is_deleted, false) and lower(field) in ('status', 'leadconverted')
)

select * from renamed
