with hubspot_contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

salesforce_leads as (

    select * from {{ ref('stg_salesforce__leads') }}

),

salesforce_contacts as (

    select * from {{ ref('stg_salesforce__contacts') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

united as (

    select
        'hubspot' as source_system,
        contact_id as source_person_id,
        'contact' as record_kind,
        email,
        full_name,
        company_id,
        company_name,
        country,
        owner_id,
        analytics_source as source_channel,
        lead_score,
        created_at
    from hubspot_contacts

    union all

    select
        'salesforce' as source_system,
        lead_id as source_person_id,
        'lead' as record_kind,
        email,
        full_name,
        converted_account_id as company_id,
        company_name,
        country,
        owner_id,
        lead_source as source_channel,
        lead_score,
        created_at
    from salesforce_leads
    where master_record_id is null

    union all

    select
        'salesforce' as source_system,
        contact_id as source_person_id,
        'contact' as record_kind,
        email,
        full_name,
        account_id as company_id,
        cast(null as string) as company_name,
        country,
        owner_id,
        lead_source as source_channel,
        lead_score,
        created_at
    from salesforce_contacts
    where master_record_id is null

),

-- Two records with one e-mail address stay two: whether they are one person is for identity to say.
-- Text that is no address, such as n/a, would make one person of all that have it.
final as (

    select
        united.source_system || ':' || united.source_person_id as person_key,
        united.source_system,
        united.source_person_id,
        united.record_kind,
        case when united.email like '%_@_%' then united.email end as email,
        case
            when united.email like '%_@_%' then regexp_replace(united.email, '^.*@', '')
        end as email_domain,
        united.full_name,
        companies.company_key,
        united.company_name,
        united.country,
        united.source_system || ':' || united.owner_id as owner_key,
        united.source_channel,
        united.lead_score,
        united.created_at
    from united
    left join record_merges
        on
            united.source_system || ':' || united.source_person_id = record_merges.merged_key
            and record_merges.record_type = 'person'
    left join record_merges as company_merges
        on
            united.source_system || ':' || united.company_id = company_merges.merged_key
            and company_merges.record_type = 'company'
    left join companies
        on
            coalesce(
                company_merges.surviving_key, united.source_system || ':' || united.company_id
            ) = companies.company_key
    where record_merges.merged_key is null

)

select * from final
