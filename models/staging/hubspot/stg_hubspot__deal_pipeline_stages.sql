with

raw_deal_pipeline_stages as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'deal_pipeline_stage'),
                ['stage_id']
            )
        }} as latest
),

renamed as (
    select
        stage_id,
        pipeline_id,
        coalesce(label, stage_id) as stage,
        display_order,
        probability,
        coalesce(closed_won or is_closed, is_closed, probability in (0, 1), false) as is_closed,
        coalesce(closed_won, probability = 1, false) as is_won,
        coalesce(_fivetran_deleted, false) as is_deleted
    from raw_deal_pipeline_stages
)

select * from renamed
