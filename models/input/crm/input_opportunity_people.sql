with deal_contacts as (

    select * from {{ ref('stg_hubspot__deal_contacts') }}

),

hubspot_contacts as (

    select * from {{ ref('stg_hubspot__contacts') }}

),

contact_roles as (

    select * from {{ ref('stg_salesforce__opportunity_contact_roles') }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

people as (

    select * from {{ ref('input_people') }}

),

record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

united as (

    select
        'hubspot:' || deal_contacts.deal_id as opportunity_key,
        'hubspot:' || deal_contacts.contact_id as person_key,
        cast(null as string) as contact_role,
        hubspot_contacts.buying_roles as roles,
        cast(null as boolean) as is_primary
    from deal_contacts
    left join hubspot_contacts
        on deal_contacts.contact_id = hubspot_contacts.contact_id

    union all

    select
        'salesforce:' || opportunity_id as opportunity_key,
        'salesforce:' || contact_id as person_key,
        contact_role,
        contact_role as roles,
        is_primary
    from contact_roles

),

-- The persons of a deal that was merged away are on the one that lives on. A person with two roles
-- has the one of the main contact, else the first by name.
final as (

    select
        opportunities.opportunity_key,
        people.person_key,
        opportunities.source_system,
        coalesce(
            min(case when united.is_primary then united.contact_role end),
            min(united.contact_role)
        ) as role,
        {{ joined_values('united.roles', ';') }} as roles,
        max(case when united.is_primary then 1 when not united.is_primary then 0 end) = 1
            as is_primary
    from united
    left join record_merges as opportunity_merges
        on
            united.opportunity_key = opportunity_merges.merged_key
            and opportunity_merges.record_type = 'opportunity'
    left join record_merges as person_merges
        on
            united.person_key = person_merges.merged_key
            and person_merges.record_type = 'person'
    inner join opportunities
        on
            coalesce(opportunity_merges.surviving_key, united.opportunity_key)
            = opportunities.opportunity_key
    inner join people
        on coalesce(person_merges.surviving_key, united.person_key) = people.person_key
    group by
        opportunities.opportunity_key,
        people.person_key,
        opportunities.source_system

)

select * from final
