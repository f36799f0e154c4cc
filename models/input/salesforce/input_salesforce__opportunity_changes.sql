with opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

),

opportunity_history as (

    select * from {{ ref('stg_salesforce__opportunity_history') }}

),

field_history as (

    select * from {{ ref('stg_salesforce__opportunity_field_history') }}

),

-- A row of opportunity_history is a change of stage, amount or close date.
states_compared as (

    select
        opportunity_id,
        stage,
        changed_at,
        lag(stage) over (partition by opportunity_id order by changed_at, change_id) as stage_before
    from opportunity_history

),

field_changes as (

    select
        opportunity_id,
        old_stage,
        new_stage,
        changed_at,
        row_number() over (partition by opportunity_id order by changed_at, change_id) as place
    from field_history

),

known as (

    select
        opportunities.opportunity_id,
        opportunities.stage,
        opportunities.created_at,
        max(case when opportunity_history.change_id is not null then 1 else 0 end) as has_states
    from opportunities
    left join opportunity_history
        on opportunities.opportunity_id = opportunity_history.opportunity_id
    group by
        opportunities.opportunity_id,
        opportunities.stage,
        opportunities.created_at

),

-- Field history counts where there is no opportunity_history: what it changed first was from the
-- start.
entries as (

    select
        states_compared.opportunity_id,
        states_compared.stage,
        states_compared.changed_at as entered_at,
        'property_history' as evidence
    from states_compared
    inner join known
        on states_compared.opportunity_id = known.opportunity_id
    where states_compared.stage_before is distinct from states_compared.stage

    union all

    select
        known.opportunity_id,
        coalesce(field_changes.old_stage, known.stage) as stage,
        known.created_at as entered_at,
        case when field_changes.opportunity_id is null then 'record' else 'property_history' end
            as evidence
    from known
    left join field_changes
        on
            known.opportunity_id = field_changes.opportunity_id
            and field_changes.place = 1
    where known.has_states = 0

    union all

    select
        known.opportunity_id,
        field_changes.new_stage as stage,
        field_changes.changed_at as entered_at,
        'property_history' as evidence
    from known
    inner join field_changes
        on known.opportunity_id = field_changes.opportunity_id
    where known.has_states = 0

),

final as (

    select
        'salesforce:' || opportunity_id as opportunity_key,
        stage,
        entered_at,
        min(evidence) as evidence
    from entries
    where stage is not null
    group by opportunity_id, stage, entered_at

)

select * from final
