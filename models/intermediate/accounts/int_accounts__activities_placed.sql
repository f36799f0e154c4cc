with activities as (

    select * from {{ ref('input_activities') }}
    where
        activity_type in ('call', 'email', 'meeting', 'demo')
        and coalesce(is_held, true)
        and occurred_at <= {{ as_of() }}

),

opportunities as (

    select * from {{ ref('input_opportunities') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}

),

-- Whom an activity was with: the company that it names, else that of its opportunity or person.
final as (

    select
        activities.activity_key,
        case
            when activities.activity_type <> 'email' then activities.activity_type
            when activities.direction = 'inbound' then 'inbound_email'
            else 'outbound_email'
        end as signal,
        {{ month_start(reporting_date('activities.occurred_at')) }} as month,
        coalesce(companies.account_id, people.account_id) as account_id
    from activities
    left join opportunities
        on activities.opportunity_key = opportunities.opportunity_key
    left join account_members as companies
        on
            companies.member_kind = 'company'
            and coalesce(activities.company_key, opportunities.company_key) = companies.member_id
    left join person_members
        on
            person_members.member_kind = 'record'
            and activities.person_key = person_members.member_id
    left join account_members as people
        on
            people.member_kind = 'person'
            and person_members.person_id = people.member_id

)

select * from final
