with activities as (

    select * from {{ ref('input_activities') }}
    where
        activity_type in ('call', 'email', 'meeting', 'demo')
        and occurred_at <= {{ as_of() }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

-- The account is that of the company, else of the opportunity, else of the person.
final as (

    select
        activities.activity_key,
        activities.source_system,
        activities.activity_type,
        activities.direction,
        activities.is_held,
        activities.occurred_at,
        {{ month_start(reporting_date('activities.occurred_at')) }} as activity_month,
        activities.created_at,
        activities.owner_key,
        coalesce(person_members.person_id, activities.person_key) as person_id,
        coalesce(by_company.account_id, opportunities.account_id, by_person.account_id)
            as account_id,
        activities.opportunity_key
    from activities
    left join person_members
        on activities.person_key = person_members.member_id
    left join account_members as by_company
        on
            by_company.member_kind = 'company'
            and activities.company_key = by_company.member_id
    left join account_members as by_person
        on
            by_person.member_kind = 'person'
            and person_members.person_id = by_person.member_id
    left join opportunities
        on activities.opportunity_key = opportunities.opportunity_id

)

select * from final
