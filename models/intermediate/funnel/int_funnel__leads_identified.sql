with leads as (

    select * from {{ ref('input_leads') }}
    where created_at <= {{ as_of() }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

persons as (

    select
        leads.lead_key,
        leads.source_system,
        leads.company_key,
        leads.created_at,
        coalesce(person_members.person_id, leads.person_key, leads.lead_key) as person_id
    from leads
    left join person_members
        on coalesce(leads.person_key, leads.lead_key) = person_members.member_id

),

accounts as (

    select
        persons.*,
        coalesce(by_company.account_id, by_person.account_id) as account_id,
        first_value(persons.source_system) over (
            partition by persons.person_id order by persons.created_at, persons.lead_key
        ) as home_system
    from persons
    left join account_members as by_company
        on
            by_company.member_kind = 'company'
            and persons.company_key = by_company.member_id
    left join account_members as by_person
        on
            by_person.member_kind = 'person'
            and persons.person_id = by_person.member_id

),

-- The CRM that had the person first says when it became a lead, and when it did again. What a
-- second CRM has of the same person is a copy of the lead under way.
passes as (

    select
        *,
        source_system <> home_system as is_copy,
        sum(case when source_system = home_system then 1 else 0 end) over (
            partition by person_id order by created_at, lead_key
            rows between unbounded preceding and current row
        ) as pass
    from accounts

),

final as (

    select
        lead_key,
        first_value(lead_key) over (
            partition by person_id, pass order by is_copy, created_at, lead_key
        ) as lead_id,
        is_copy,
        person_id,
        account_id,
        coalesce(account_id, person_id) as party_id,
        created_at,
        case
            when not is_copy
                then lead(created_at) over (
                    partition by person_id, is_copy order by created_at, lead_key
                )
        end as next_lead_at,
        not is_copy and pass = 1 as is_first_lead_of_person,
        not is_copy and row_number() over (
            partition by coalesce(account_id, person_id) order by is_copy, created_at, lead_key
        ) = 1 as is_first_lead_of_account
    from passes

)

select * from final
