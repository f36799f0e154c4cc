with leads as (

    select * from {{ ref('int_funnel__leads_identified') }}

),

input_leads as (

    select * from {{ ref('input_leads') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

opportunity_people as (

    select * from {{ ref('input_opportunity_people') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'record'

),

-- What the conversion of a lead made is the lead's, whoever is on it.
converted as (

    select
        leads.lead_id,
        input_leads.converted_opportunity_key as opportunity_id
    from input_leads
    inner join leads
        on input_leads.lead_key = leads.lead_key
    where input_leads.converted_opportunity_key is not null

),

-- Else it is the lead's that its person was when it was made. A rep makes both records at once, so
-- a person's first lead has a day's grace.
of_people as (

    select
        leads.lead_id,
        opportunities.opportunity_id
    from opportunity_people
    inner join opportunities
        on opportunity_people.opportunity_key = opportunities.opportunity_id
    left join person_members
        on opportunity_people.person_key = person_members.member_id
    inner join leads
        on
            coalesce(person_members.person_id, opportunity_people.person_key) = leads.person_id
            and not leads.is_copy
            and opportunities.created_at >= case
                when leads.is_first_lead_of_person then {{ add_days('leads.created_at', -1) }}
                else leads.created_at
            end
            and opportunities.created_at < coalesce(leads.next_lead_at, {{ far_future() }})

),

pairs as (

    select * from converted

    union

    select * from of_people

),

ranked as (

    select
        pairs.lead_id,
        opportunities.*,
        row_number() over (
            partition by pairs.lead_id
            order by opportunities.created_at, opportunities.opportunity_id
        ) as rank
    from pairs
    inner join opportunities
        on pairs.opportunity_id = opportunities.opportunity_id

),

final as (

    select
        lead_id,
        max(case when rank = 1 then opportunity_id end) as first_opportunity_id,
        max(case when rank = 1 then deal_size_band end) as deal_size_band,
        min(created_at) as first_opportunity_at,
        max(created_at) as last_opportunity_created_at,
        case
            when count(*) = count(case when status = 'lost' then 1 end)
                then greatest(max(closed_at), max(created_at))
        end as all_lost_at,
        count(*) as opportunities,
        count(case when status = 'won' then 1 end) as won_opportunities,
        cast(sum(case when status = 'won' then amount end) as decimal(38, 6)) as won_amount
    from ranked
    group by lead_id

)

select * from final
