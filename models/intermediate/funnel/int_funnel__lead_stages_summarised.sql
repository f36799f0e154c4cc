with stage_changes as (

    select * from {{ ref('input_stage_changes') }}
    where record_type = 'lead' and entered_at <= {{ as_of() }}

),

leads as (

    select * from {{ ref('int_funnel__leads_identified') }}

),

-- One pass over the history: first and last entry of each stage.
records as (

    select
        record_key,
        min(case when stage = 'mql' then entered_at end) as mql_entered_at,
        min(case when stage = 'sql' then entered_at end) as sql_entered_at,
        min(case when stage = 'opportunity' then entered_at end) as opportunity_entered_at,
        min(case when stage = 'customer' then entered_at end) as customer_entered_at,
        min(case when stage = 'disqualified' then entered_at end) as first_disqualified_at,
        max(case when stage = 'disqualified' then entered_at end) as last_disqualified_at,
        max(case when stage = 'lead' then entered_at end) as last_lead_at,
        max(case when stage = 'mql' then entered_at end) as last_mql_at,
        max(case when stage = 'sql' then entered_at end) as last_sql_at,
        max(case when stage = 'opportunity' then entered_at end) as last_opportunity_at,
        count(case when stage = 'lead' then 1 end) as lead_entries,
        count(case when stage = 'mql' then 1 end) as mql_entries,
        count(case when stage = 'sql' then 1 end) as sql_entries,
        count(case when stage = 'opportunity' then 1 end) as opportunity_entries
    from stage_changes
    group by record_key

),

measured as (

    select
        records.*,
        greatest(lead_entries - 1, 0) + greatest(mql_entries - 1, 0)
        + greatest(sql_entries - 1, 0) + greatest(opportunity_entries - 1, 0) as re_entries,
        coalesce(last_lead_at > mql_entered_at, false)
        or coalesce(last_lead_at > sql_entered_at, false)
        or coalesce(last_lead_at > opportunity_entered_at, false)
        or coalesce(last_mql_at > sql_entered_at, false)
        or coalesce(last_mql_at > opportunity_entered_at, false)
        or coalesce(last_sql_at > opportunity_entered_at, false) as is_recycled
    from records

),

final as (

    select
        leads.lead_id,
        min(measured.mql_entered_at) as mql_entered_at,
        min(measured.sql_entered_at) as sql_entered_at,
        min(measured.opportunity_entered_at) as opportunity_entered_at,
        min(measured.customer_entered_at) as crm_customer_at,
        -- A duplicate that is put away is no lead lost.
        min(case when not leads.is_duplicate then measured.first_disqualified_at end)
            as first_disqualified_at,
        max(case when not leads.is_duplicate then measured.last_disqualified_at end)
            as last_disqualified_at,
        -- The copy of a lead begins at its own first stage: that is no way back.
        max(case when not leads.is_copy then measured.last_lead_at end) as last_lead_at,
        max(measured.last_mql_at) as last_mql_at,
        max(measured.last_sql_at) as last_sql_at,
        max(measured.last_opportunity_at) as last_opportunity_at,
        cast(sum(measured.re_entries) as bigint) as re_entries,
        max(case when measured.is_recycled then 1 else 0 end) = 1 as is_recycled
    from measured
    inner join leads
        on measured.record_key = leads.lead_key
    group by leads.lead_id

)

select * from final
