{{ config(
    severity='warn', meta={'dagster': {'ref': {'name': 'input_hubspot__contact_stages'}}}
) }}
-- A stage that the seed lifecycle_stages does not know counts as other, and makes nobody a lead.
with entries as (

    select
        'hubspot' as source_system,
        source_stage
    from {{ ref('input_hubspot__contact_stages') }}

    union all

    select
        'salesforce' as source_system,
        source_stage
    from {{ ref('input_salesforce__lead_stages') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}

),

final as (

    select
        entries.source_system,
        entries.source_stage,
        count(*) as entry_count,
        'Say in the seed lifecycle_stages what stage ' || entries.source_stage || ' of '
        || entries.source_system || ' means.' as what_to_do
    from entries
    left join lifecycle_stages
        on
            entries.source_system = lifecycle_stages.source_system
            and entries.source_stage = lifecycle_stages.source_stage
    where lifecycle_stages.source_stage is null
    group by
        entries.source_system,
        entries.source_stage

)

select * from final
