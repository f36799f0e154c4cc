with

raw_opportunity_stages as (
    select * from {{ deduplicate(source('salesforce', 'opportunity_stage'), ['id']) }} as latest
),

renamed as (
    select
        id as stage_id,
        master_label as stage,
        sort_order,
        coalesce(is_active, true) as is_active,
        coalesce(is_closed, is_won, false) as is_closed,
        coalesce(is_won, false) as is_won,
        {{ divide_exact('default_probability', 100, 6) }} as probability
    from raw_opportunity_stages
)

select * from renamed
