with

raw_lead_versions as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'lead'),
                ['id', '_fivetran_start']
            )
        }} as latest
),

renamed as (
    select
        id as lead_id,
        lower(email) as email,
        coalesce(name, nullif(concat_ws(' ', first_name, last_name), '')) as full_name,
        company as company_name,
        country,
        lead_source,
        status as lead_status,
        case when owner_id not like '00G%' then owner_id end as owner_id,
        pi_score_c as lead_score,
        loss_reason_c as lost_reason,
        coalesce(is_converted, false) as is_converted,
        cast(converted_date as date) as converted_date,
        converted_contact_id,
        converted_account_id,
        converted_opportunity_id,
        master_record_id,
        created_date as created_at,
        last_modified_date as modified_at,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_start as version_started_at,
        coalesce(_fivetran_active, true) as is_current
    from raw_lead_versions
)

select * from renamed
