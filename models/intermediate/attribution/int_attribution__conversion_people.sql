with conversions as (

    select * from {{ ref('int_attribution__conversions') }}

),

opportunity_people as (

    select * from {{ ref('input_opportunity_people') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'person'

),

leads as (

    select * from {{ ref('int_funnel__leads') }}

),

on_opportunities as (

    select
        opportunity_people.opportunity_key as opportunity_id,
        person_members.person_id
    from opportunity_people
    inner join person_members
        on opportunity_people.person_key = person_members.member_id
    group by opportunity_people.opportunity_key, person_members.person_id

),

first_leads as (

    select
        person_id,
        min(created_at) as first_lead_at
    from leads
    group by person_id

),

-- Who an opportunity is with, where nobody is named: the people of its account, as of a customer.
people as (

    select
        conversions.*,
        coalesce(on_opportunities.person_id, account_members.member_id, conversions.lead_person_id)
            as person_id
    from conversions
    left join on_opportunities
        on
            conversions.conversion_type = 'opportunity'
            and conversions.conversion_id = on_opportunities.opportunity_id
    left join account_members
        on
            conversions.conversion_type in ('opportunity', 'customer')
            and on_opportunities.person_id is null
            and conversions.account_id = account_members.account_id

),

-- The named event in the middle of a W: the opportunity of a customer, the lead of an opportunity.
final as (

    select
        people.conversion_type,
        people.conversion_id,
        people.converted_at,
        people.person_id,
        case
            when
                people.conversion_type = 'customer'
                and people.opportunity_at <= people.converted_at
                then people.opportunity_at
            when people.conversion_type = 'opportunity'
                then min(case
                    when first_leads.first_lead_at <= people.converted_at
                        then first_leads.first_lead_at
                end) over (partition by people.conversion_type, people.conversion_id)
        end as middle_at
    from people
    left join first_leads
        on people.person_id = first_leads.person_id

)

select * from final
