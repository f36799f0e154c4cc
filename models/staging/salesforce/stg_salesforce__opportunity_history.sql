with

raw_opportunity_history as (
    select * from {{ deduplicate(source('salesforce', 'opportunity_history'), ['id']) }} as latest
),

renamed as (
    select
        id as change_id,
        opportunity_id,
        stage_name as stage,
        {{ divide_exact('probability', 100, 6) }} as probability,
        created_date as changed_at
    from raw_opportunity_history
    where not coalesce(is_deleted, false) and stage_name is not null
)

select * from renamed
