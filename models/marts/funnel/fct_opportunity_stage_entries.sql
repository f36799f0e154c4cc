with entries as (

    select * from {{ ref('int_funnel__opportunity_stage_entries') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

-- The stage that an open opportunity is in lasts up to as-of; the last one of a closed one has
-- no length.
final as (

    select
        md5(entries.opportunity_id || '|' || cast(entries.entry_number as string))
            as stage_entry_id,
        entries.opportunity_id,
        opportunities.owner_id,
        entries.pipeline,
        entries.entry_number,
        entries.stage,
        entries.stage_order,
        entries.is_closed,
        entries.is_won,
        entries.entered_at,
        entries.exited_at,
        {{ divide_exact(
            seconds_between(
                'entries.entered_at',
                "coalesce(entries.exited_at, case when opportunities.status = 'open' then "
                ~ as_of() ~ ' end)'
            ), '86400', 6, places=0
        ) }} as days,
        entries.entry_of_stage,
        entries.entry_of_stage > 1 as is_re_entry,
        entries.exited_at is null as is_current
    from entries
    inner join opportunities
        on entries.opportunity_id = opportunities.opportunity_id

)

select * from final
order by opportunity_id, entry_number
