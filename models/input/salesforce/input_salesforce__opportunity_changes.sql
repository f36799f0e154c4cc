with opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

opportunity_history as (

    select * from {{ ref('stg_salesforce__opportunity_history') }}

),

field_history as (

    select * from {{ ref('stg_salesforce__opportunity_field_history') }}

),

opportunity_versions as (

    select * from {{ ref('stg_salesforce__opportunity_versions') }}

),

states as (

    select
        opportunity_id,
        stage,
        changed_at,
        change_id,
        1 as place_rank
    from opportunity_history

    union all

    select
        opportunity_id,
        stage,
        version_started_at as changed_at,
        cast(null as string) as change_id,
        3 as place_rank
    from opportunity_versions

),

-- A row of opportunity_history is a change of stage, amount or close date, a version one of
-- anything. One version alone says no more than the record.
states_compared as (

    select
        *,
        lag(stage) over w as stage_before,
        row_number() over w as place,
        count(*) over (partition by opportunity_id, place_rank) as places
    from states
    window w as (partition by opportunity_id, place_rank order by changed_at, change_id)

),

-- In the order in which the places that tell are believed. What was there before the first change,
-- and what nothing tells of, has no time: it was there from the start.
told as (

    select
        opportunity_id,
        stage,
        case when place_rank = 1 or place > 1 then changed_at end as changed_at,
        place_rank
    from states_compared
    where (stage_before is distinct from stage) and (place_rank = 1 or places > 1)

    union all

    select
        opportunity_id,
        new_stage as stage,
        changed_at,
        2 as place_rank
    from field_history

    union all

    select
        opportunity_id,
        min_by(old_stage, concat(cast(changed_at as string), ' ', change_id)) as stage,
        cast(null as timestamp) as changed_at,
        2 as place_rank
    from field_history
    group by opportunity_id

    union all

    select
        opportunity_id,
        stage,
        stage_changed_at as changed_at,
        4 as place_rank
    from opportunities

),

placed as (

    select
        'salesforce:' || opportunities.opportunity_id as opportunity_key,
        coalesce(told.stage, opportunities.stage) as stage,
        coalesce(told.changed_at, opportunities.created_at) as entered_at,
        told.place_rank,
        min(told.place_rank) over (partition by told.opportunity_id) as best_rank
    from told
    inner join opportunities
        on told.opportunity_id = opportunities.opportunity_id

),

final as (

    select
        opportunity_key,
        stage,
        entered_at,
        case when min(place_rank) = 4 then 'record' else 'property_history' end as evidence
    from placed
    where place_rank = best_rank and stage is not null
    group by opportunity_key, stage, entered_at

)

select * from final
