with contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

history as (

    select * from {{ ref('stg_hubspot__contact_property_history') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

person_merges as (

    select
        merged_key,
        surviving_key
    from record_merges
    where record_type = 'person'

),

contacts_alive as (

    select
        'hubspot:' || contacts.contact_id as lead_key,
        contacts.*
    from contacts
    left join person_merges
        on 'hubspot:' || contacts.contact_id = person_merges.merged_key
    where person_merges.merged_key is null

),

-- What happened to a merged contact happened to the one that lives on.
values_compared as (

    select
        coalesce(person_merges.surviving_key, 'hubspot:' || history.contact_id) as lead_key,
        history.property_name,
        history.property_value,
        history.changed_at,
        lag(history.property_value) over (
            partition by
                coalesce(person_merges.surviving_key, 'hubspot:' || history.contact_id),
                history.property_name
            order by history.changed_at, history.property_value
        ) as value_before
    from history
    left join person_merges
        on 'hubspot:' || history.contact_id = person_merges.merged_key

),

stages_with_dates as (

    {% for stage in hubspot_lifecycle_stages() %}
        select '{{ stage }}' as source_stage
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

entries as (

    select
        lead_key,
        property_name,
        property_value as source_stage,
        changed_at as entered_at,
        1 as evidence_rank
    from values_compared
    where property_value is not null and (value_before is distinct from property_value)

    union all

    select
        contacts_alive.lead_key,
        'lifecyclestage' as property_name,
        stages_with_dates.source_stage,
        case stages_with_dates.source_stage
            {% for stage in hubspot_lifecycle_stages() %}
                when '{{ stage }}' then contacts_alive.{{ stage }}_at
            {% endfor %}
        end as entered_at,
        2 as evidence_rank
    from contacts_alive
    cross join stages_with_dates

    {% for property, column in [
        ('lifecyclestage', 'lifecycle_stage'), ('hs_lead_status', 'lead_status')
    ] %}
        union all

        select
            lead_key,
            '{{ property }}' as property_name,
            {{ column }} as source_stage,
            created_at as entered_at,
            3 as evidence_rank
        from contacts_alive
        where {{ column }} is not null

    {% endfor %}
),

final as (

    select
        entries.lead_key,
        entries.property_name,
        entries.source_stage,
        entries.entered_at,
        entries.evidence_rank
    from entries
    inner join contacts_alive
        on entries.lead_key = contacts_alive.lead_key
    where entries.entered_at is not null

)

select * from final
