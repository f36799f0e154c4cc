with pipelines as (

    select * from {{ ref('stg_hubspot__deal_pipelines') }}

),

pipeline_stages as (

    select * from {{ ref('stg_hubspot__deal_pipeline_stages') }}

),

stages as (

    select * from {{ ref('stg_salesforce__opportunity_stages') }}

),

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

opportunity_history as (

    select * from {{ ref('stg_salesforce__opportunity_history') }}

),

opportunity_versions as (

    select * from {{ ref('stg_salesforce__opportunity_versions') }}

),

-- Stages in use that Salesforce's table of stages does not have, or all of them where it is not
-- loaded, stand in the order of their probability.
united as (

    select
        'hubspot' as source_system,
        coalesce(pipelines.pipeline, pipeline_stages.pipeline_id) as pipeline,
        pipeline_stages.stage,
        pipeline_stages.display_order as place,
        pipeline_stages.is_closed,
        pipeline_stages.is_won,
        pipeline_stages.probability
    from pipeline_stages
    left join pipelines
        on pipeline_stages.pipeline_id = pipelines.pipeline_id
    where not pipeline_stages.is_deleted and not coalesce(pipelines.is_deleted, false)

    {% for relation, place, is_closed, is_won in [
        ('stages', 'sort_order', 'is_closed', 'is_won'),
        ('opportunities', 'null', 'is_closed', 'is_won'),
        ('opportunity_history', 'null', 'null', 'null'),
        ('opportunity_versions', 'null', 'is_closed', 'is_won')
    ] %}
        union all

        select
            'salesforce' as source_system,
            'default' as pipeline,
            stage,
            cast({{ place }} as bigint) as place,
            cast({{ is_closed }} as boolean) as is_closed,
            cast({{ is_won }} as boolean) as is_won,
            probability
        from {{ relation }}

    {% endfor %}
),

-- One row a name: a label that two stages of a pipeline share is one stage.
stages_named as (

    select
        source_system,
        pipeline,
        stage,
        min(place) as place,
        coalesce(max(case when is_closed then 1 else 0 end) = 1, false) as is_closed,
        coalesce(max(case when is_won then 1 else 0 end) = 1, false) as is_won,
        max(probability) as probability
    from united
    where pipeline is not null and stage is not null
    group by source_system, pipeline, stage

),

final as (

    select
        source_system,
        pipeline,
        stage,
        cast(row_number() over (
            partition by source_system, pipeline
            order by
                place nulls last,
                case when is_won then 1 when is_closed then 2 else 0 end,
                probability,
                stage
        ) as bigint) as stage_order,
        is_closed,
        is_won,
        probability
    from stages_named

)

select * from final
