with

raw_deal_pipelines as (
    select * from {{ deduplicate(source('hubspot', 'deal_pipeline'), ['pipeline_id']) }} as latest
),

renamed as (
    select
        pipeline_id,
        coalesce(label, pipeline_id) as pipeline,
        coalesce(_fivetran_deleted, false) as is_deleted
    from raw_deal_pipelines
)

select * from renamed
