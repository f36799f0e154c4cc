with entries as (

    select * from {{ ref('input_hubspot__contact_stage_entries') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}

),

-- The stage that a contact is in now, where nothing dates it, came after all that have a date.
entries_ranked as (

    select
        lead_key,
        property_name,
        source_stage,
        evidence_rank,
        case
            when evidence_rank < 3 then entered_at
            else greatest(
                entered_at,
                max(case when evidence_rank < 3 then entered_at end) over (partition by lead_key)
            )
        end as entered_at,
        min(evidence_rank) over (partition by lead_key, source_stage) as best_rank
    from entries

),

final as (

    select
        entries_ranked.lead_key,
        entries_ranked.source_stage,
        coalesce(lifecycle_stages.stage, 'other') as stage,
        entries_ranked.entered_at,
        case entries_ranked.evidence_rank
            when 1 then 'property_history'
            when 2 then 'stage_date'
            else 'record'
        end as evidence
    from entries_ranked
    left join lifecycle_stages
        on
            entries_ranked.source_stage = lifecycle_stages.source_stage
            and lifecycle_stages.source_system = 'hubspot'
    where
        entries_ranked.evidence_rank = entries_ranked.best_rank
        and (
            entries_ranked.property_name = 'lifecyclestage'
            or lifecycle_stages.stage is not null
        )
    group by 1, 2, 3, 4, 5

)

select * from final
