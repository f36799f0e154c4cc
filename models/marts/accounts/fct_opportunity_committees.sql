with committees as (

    select * from {{ ref('int_accounts__committees_summarised') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

final as (

    select
        committees.opportunity_id,
        opportunities.account_id,
        opportunities.status,
        opportunities.amount,
        committees.contacts,
        committees.active_contacts,
        committees.contacts_with_role,
        committees.required_roles,
        committees.covered_roles,
        committees.missing_roles,
        committees.role_coverage,
        committees.is_single_threaded
    from committees
    inner join opportunities
        on committees.opportunity_id = opportunities.opportunity_id

)

select * from final
order by opportunity_id
