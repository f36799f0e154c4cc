with leads as (

    select * from {{ ref('input_salesforce__leads') }}

),

lead_versions as (

    select * from {{ ref('stg_salesforce__lead_versions') }}

),

lead_history as (

    select * from {{ ref('stg_salesforce__lead_history') }}

),

lifecycle_stages as (

    select * from {{ ref('lifecycle_stages') }}

),

status_changes as (

    select
        lead_id,
        old_value,
        new_value,
        changed_at,
        row_number() over (partition by lead_id order by changed_at, change_id) as place
    from lead_history
    where field_name = 'status'

),

versions_compared as (

    select
        lead_id,
        lead_status,
        version_started_at,
        lag(lead_status) over (partition by lead_id order by version_started_at) as status_before,
        row_number() over (partition by lead_id order by version_started_at) as place,
        count(*) over (partition by lead_id) as versions
    from lead_versions
    where version_started_at is not null

),

-- What a lead was before its first change it was from the start. Of a lead without history only the
-- present status is known: one that is past the first stage was reached by the last change.
final as (

    select
        leads.lead_id,
        status_changes.old_value as source_stage,
        leads.created_at as entered_at,
        'property_history' as evidence
    from leads
    inner join status_changes
        on
            leads.lead_id = status_changes.lead_id
            and status_changes.place = 1

    union all

    select
        lead_id,
        new_value as source_stage,
        changed_at as entered_at,
        'property_history' as evidence
    from status_changes

    union all

    select
        versions_compared.lead_id,
        versions_compared.lead_status as source_stage,
        case
            when versions_compared.place = 1 then leads.created_at
            else versions_compared.version_started_at
        end as entered_at,
        'property_history' as evidence
    from versions_compared
    inner join leads
        on versions_compared.lead_id = leads.lead_id
    left join status_changes
        on
            versions_compared.lead_id = status_changes.lead_id
            and status_changes.place = 1
    where
        status_changes.lead_id is null
        and versions_compared.versions > 1
        and (versions_compared.status_before is distinct from versions_compared.lead_status)

    union all

    select
        leads.lead_id,
        leads.lead_status as source_stage,
        case
            when leads.is_converted then leads.converted_at
            when lifecycle_stages.stage = 'lead' then leads.created_at
            else coalesce(leads.modified_at, leads.created_at)
        end as entered_at,
        'record' as evidence
    from leads
    left join lifecycle_stages
        on
            lower(leads.lead_status) = lifecycle_stages.source_stage
            and lifecycle_stages.source_system = 'salesforce'
    left join status_changes
        on
            leads.lead_id = status_changes.lead_id
            and status_changes.place = 1
    left join versions_compared
        on
            leads.lead_id = versions_compared.lead_id
            and versions_compared.place = 2
    where status_changes.lead_id is null and versions_compared.lead_id is null

)

select * from final
