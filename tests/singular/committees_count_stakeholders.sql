{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity_committees'}}}) }}
-- Invariant: the contacts of an opportunity are its stakeholders, in both tables, and none of them
-- was part of more than all activities of the opportunity.
with contacts as (

    select
        opportunity_id,
        count(distinct person_id) as people,
        max(touchpoints) as most_touchpoints
    from {{ ref('fct_opportunity_contacts') }}
    group by opportunity_id

)

select
    opportunities.opportunity_id,
    opportunities.stakeholders,
    committees.contacts,
    contacts.people
from {{ ref('fct_opportunities') }} as opportunities
left join {{ ref('fct_opportunity_committees') }} as committees
    on opportunities.opportunity_id = committees.opportunity_id
left join contacts
    on opportunities.opportunity_id = contacts.opportunity_id
where
    committees.contacts is null
    or opportunities.stakeholders <> committees.contacts
    or opportunities.stakeholders <> coalesce(contacts.people, 0)
    or opportunities.touchpoints < coalesce(contacts.most_touchpoints, 0)
