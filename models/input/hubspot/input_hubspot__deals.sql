with deals as (

    select * from {{ ref('stg_hubspot__deals') }}

),

deal_companies as (

    select * from {{ ref('stg_hubspot__deal_companies') }}

),

pipelines as (

    select * from {{ ref('stg_hubspot__deal_pipelines') }}

),

pipeline_stages as (

    select * from {{ ref('stg_hubspot__deal_pipeline_stages') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

-- The primary company of a deal; where no link is primary, the one made first.
companies_ranked as (

    select
        deal_companies.deal_id,
        companies.company_key,
        row_number() over (
            partition by deal_companies.deal_id
            order by
                case when deal_companies.is_primary then 0 else 1 end,
                companies.created_at,
                companies.company_key
        ) as place
    from deal_companies
    left join record_merges
        on
            'hubspot:' || deal_companies.company_id = record_merges.merged_key
            and record_merges.record_type = 'company'
    inner join companies
        on
            coalesce(record_merges.surviving_key, 'hubspot:' || deal_companies.company_id)
            = companies.company_key

),

-- Without the table of stages the deal's own properties tell, or the ids of the stages that every
-- account begins with.
final as (

    select
        deals.deal_id,
        deals.deal_name,
        companies_ranked.company_key,
        deals.owner_id,
        coalesce(pipelines.pipeline, deals.pipeline_id) as pipeline,
        coalesce(pipeline_stages.stage, deals.stage_id) as stage,
        coalesce(pipeline_stages.is_won, deals.is_won, deals.stage_id = 'closedwon') as is_won,
        coalesce(
            pipeline_stages.is_closed,
            deals.is_closed,
            deals.is_won or deals.stage_id in ('closedwon', 'closedlost'),
            false
        ) as is_closed,
        deals.deal_type,
        deals.amount,
        deals.currency,
        deals.mrr,
        deals.analytics_source,
        deals.campaign,
        deals.lost_reason,
        deals.created_at,
        deals.close_at,
        record_merges.surviving_key as copy_of
    from deals
    left join record_merges
        on
            'hubspot:' || deals.deal_id = record_merges.merged_key
            and record_merges.record_type = 'opportunity'
    left join companies_ranked
        on
            deals.deal_id = companies_ranked.deal_id
            and companies_ranked.place = 1
    left join pipelines
        on deals.pipeline_id = pipelines.pipeline_id
    left join pipeline_stages
        on deals.stage_id = pipeline_stages.stage_id
    where record_merges.merged_key is null or record_merges.merge_kind = 'sync'

)

select * from final
