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
        coalesce(least(leads.lost_at, leads.converted_at), {{ far_future() }}) as over_at,
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

-- The CRM that had the person first says when it became a lead. A later record there is a new lead
-- where all earlier ones were lost or converted by then; what else there is of the person, there or
-- in a second CRM, is a copy of the lead under way.
compared as (

    select
        *,
        max(case when source_system = home_system then over_at end) over (
            partition by person_id order by created_at, lead_key
            rows between unbounded preceding and 1 preceding
        ) as all_over_at
    from accounts

),

passes as (

    select
        *,
        all_over_at is not null
        and (source_system <> home_system or all_over_at > created_at) as is_copy,
        sum(
            case
                when
                    all_over_at is null
                    or (source_system = home_system and all_over_at <= created_at)
                    then 1
                else 0
            end
        ) over (
            partition by person_id order by created_at, lead_key
            rows between unbounded preceding and current row
        ) as pass
    from compared

),

final as (

    select
        lead_key,
        first_value(lead_key) over (
            partition by person_id, pass order by created_at, lead_key
        ) as lead_id,
        is_copy,
        is_copy and source_system = home_system as is_duplicate,
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
