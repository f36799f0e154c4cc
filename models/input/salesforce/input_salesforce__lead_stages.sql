with leads as (

    select * from {{ ref('input_salesforce__leads') }}

),

lead_statuses as (

    select * from {{ ref('input_salesforce__lead_statuses') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}

),

entries as (

    select
        lead_statuses.lead_id,
        lower(lead_statuses.source_stage) as source_stage,
        lead_statuses.entered_at,
        lead_statuses.evidence
    from lead_statuses
    inner join leads
        on lead_statuses.lead_id = leads.lead_id
    where lead_statuses.source_stage is not null and lead_statuses.entered_at is not null

    union all

    select
        lead_id,
        case
            when converted_opportunity_id is null then 'converted' else 'converted to opportunity'
        end as source_stage,
        converted_at as entered_at,
        'conversion' as evidence
    from leads
    where is_converted

),

final as (

    select
        'salesforce:' || entries.lead_id as lead_key,
        entries.source_stage,
        coalesce(lifecycle_stages.stage, 'other') as stage,
        entries.entered_at,
        min(entries.evidence) as evidence
    from entries
    left join lifecycle_stages
        on
            entries.source_stage = lifecycle_stages.source_stage
            and lifecycle_stages.source_system = 'salesforce'
    group by 1, 2, 3, 4

)

select * from final
