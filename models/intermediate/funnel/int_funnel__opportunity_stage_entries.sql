with stage_changes as (

    select * from {{ ref('input_stage_changes') }}
    where record_type = 'opportunity' and entered_at <= {{ as_of() }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

stages as (

    select * from {{ ref('input_opportunity_stages') }}

),

placed as (

    select
        stage_changes.record_key as opportunity_id,
        opportunities.source_system,
        opportunities.pipeline,
        stage_changes.stage,
        stage_changes.entered_at,
        stages.stage_order,
        stages.is_closed,
        stages.is_won,
        lag(stage_changes.stage) over (
            partition by stage_changes.record_key
            order by stage_changes.entered_at, stages.stage_order, stage_changes.stage
        ) as previous_stage
    from stage_changes
    inner join opportunities
        on stage_changes.record_key = opportunities.opportunity_key
    left join stages
        on
            opportunities.source_system = stages.source_system
            and coalesce(opportunities.pipeline, 'default') = stages.pipeline
            and stage_changes.stage = stages.stage

),

-- A stage that is told twice in a row was entered once.
entries as (

    select
        *,
        lead(entered_at) over (
            partition by opportunity_id order by entered_at, stage_order, stage
        ) as exited_at,
        row_number() over (
            partition by opportunity_id, stage order by entered_at
        ) as entry_of_stage,
        row_number() over (
            partition by opportunity_id order by entered_at, stage_order, stage
        ) as entry_number
    from placed
    where previous_stage is null or previous_stage <> stage

),

final as (

    select
        opportunity_id,
        pipeline,
        stage,
        stage_order,
        is_closed,
        is_won,
        entered_at,
        exited_at,
        cast(entry_number as bigint) as entry_number,
        cast(entry_of_stage as bigint) as entry_of_stage
    from entries

)

select * from final
