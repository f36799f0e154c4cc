with

raw_contacts as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'contact'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as contact_id,
        account_id,
        lower(email) as email,
        coalesce(name, nullif(concat_ws(' ', first_name, last_name), '')) as full_name,
        mailing_country as country,
        lead_source,
        owner_id,
        pi_score_c as lead_score,
        master_record_id,
        created_date as created_at
    from raw_contacts
    where
        coalesce(_fivetran_active, true)
        and (not coalesce(is_deleted, false) or master_record_id is not null)
)

select * from renamed
