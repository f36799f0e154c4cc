with

raw_leads as (
    select * from {{ ref('stg_salesforce__lead_versions') }}
),

renamed as (
    select
        lead_id,
        email,
        full_name,
        company_name,
        country,
        lead_source,
        lead_status,
        owner_id,
        lead_score,
        lost_reason,
        is_converted,
        converted_date,
        converted_contact_id,
        converted_account_id,
        converted_opportunity_id,
        master_record_id,
        created_at,
        modified_at
    from raw_leads
    where is_current and (not is_deleted or master_record_id is not null)
)

select * from renamed
