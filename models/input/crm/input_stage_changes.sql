with contact_stages as (

    select * from {{ ref('input_hubspot__contact_stages') }}

),

lead_stages as (

    select * from {{ ref('input_salesforce__lead_stages') }}

),

deal_stages as (

    select * from {{ ref('input_hubspot__deal_stages') }}

),

opportunity_changes as (

    select * from {{ ref('input_salesforce__opportunity_changes') }}

),

leads as (

    select * from {{ ref('input_leads') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

records as (

    select
        'lead' as record_type,
        lead_key as record_key,
        source_system
    from leads

    union all

    select
        'opportunity' as record_type,
        opportunity_key as record_key,
        source_system
    from opportunities

),

entries as (

    {% for record_type, relation, key, source_stage in [
        ('lead', 'contact_stages', 'lead_key', 'source_stage'),
        ('lead', 'lead_stages', 'lead_key', 'source_stage'),
        ('opportunity', 'deal_stages', 'opportunity_key', 'source_stage'),
        ('opportunity', 'opportunity_changes', 'opportunity_key', 'stage')
    ] %}
        select
            '{{ record_type }}' as record_type,
            {{ key }} as record_key,
            stage,
            {{ source_stage }} as source_stage,
            entered_at,
            evidence
        from {{ relation }}

        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- A deal without a stage, or without a date, has entered none yet.
-- Two stages of the source that mean the same, entered at one time, are one entry: the better
-- evidence tells of it.
final as (

    select
        entries.record_type,
        entries.record_key,
        records.source_system,
        entries.stage,
        min(entries.source_stage) as source_stage,
        entries.entered_at,
        case min({{ evidence_rank('entries.evidence') }})
            when 1 then 'property_history'
            when 2 then 'stage_date'
            when 3 then 'conversion'
            else 'record'
        end as evidence
    from entries
    inner join records
        on
            entries.record_type = records.record_type
            and entries.record_key = records.record_key
    where entries.stage is not null and entries.entered_at is not null
    group by
        entries.record_type,
        entries.record_key,
        records.source_system,
        entries.stage,
        entries.entered_at

)

select * from final
