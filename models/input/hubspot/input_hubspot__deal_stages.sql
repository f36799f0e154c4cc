with deals as (

    select * from {{ ref('input_hubspot__deals') }}

),

deal_records as (

    select * from {{ ref('stg_hubspot__deals') }}

),

deal_stages as (

    select * from {{ ref('stg_hubspot__deal_stages') }}

),

property_history as (

    select * from {{ ref('stg_hubspot__deal_property_history') }}

),

pipeline_stages as (

    select * from {{ ref('stg_hubspot__deal_pipeline_stages') }}

),

-- Two tables may tell of one entry.
history as (

    select
        deal_id,
        stage_id,
        entered_at
    from deal_stages

    union

    select
        deal_id,
        stage_id,
        entered_at
    from property_history

),

stages_compared as (

    select
        *,
        lag(stage_id) over (partition by deal_id order by entered_at, stage_id) as stage_before
    from history

),

entries as (

    select
        deal_id,
        stage_id,
        entered_at,
        'property_history' as evidence
    from stages_compared
    where stage_before is distinct from stage_id

    union all

    select
        deal_records.deal_id,
        deal_records.stage_id,
        deal_records.created_at as entered_at,
        'record' as evidence
    from deal_records
    left join history
        on deal_records.deal_id = history.deal_id
    where history.deal_id is null

),

-- A merged deal's own way is left out: the one that lives on has one of its own.
final as (

    select
        'hubspot:' || entries.deal_id as opportunity_key,
        entries.stage_id as source_stage,
        coalesce(pipeline_stages.stage, entries.stage_id) as stage,
        entries.entered_at,
        entries.evidence
    from entries
    inner join deals
        on entries.deal_id = deals.deal_id
    left join pipeline_stages
        on entries.stage_id = pipeline_stages.stage_id

)

select * from final
