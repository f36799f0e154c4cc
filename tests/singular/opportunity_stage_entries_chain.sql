{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_stage_entries'}}}) }}
-- Invariant: an opportunity leaves a stage when it enters the next one, which is another one.
with entries as (

    select * from {{ ref('fct_opportunity_stage_entries') }}

)

select
    entries.opportunity_id,
    entries.entry_number,
    entries.stage,
    entries.exited_at,
    later.stage as next_stage,
    later.entered_at as next_entered_at
from entries
left join entries as later
    on
        entries.opportunity_id = later.opportunity_id
        and entries.entry_number + 1 = later.entry_number
where
    (entries.exited_at is distinct from later.entered_at)
    or entries.stage = later.stage
    or entries.days < 0
