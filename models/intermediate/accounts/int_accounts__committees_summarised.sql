with opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

contacts as (

    select * from {{ ref('int_accounts__opportunity_contacts') }}

),

required_roles as (

    select * from {{ ref('required_buying_roles') }}

),

people as (

    select
        opportunity_id,
        person_id,
        max(case when role <> 'unknown' then 1 else 0 end) as has_role,
        max(case when touchpoints > 0 then 1 else 0 end) as is_active
    from contacts
    group by opportunity_id, person_id

),

counts as (

    select
        opportunity_id,
        count(*) as contacts,
        sum(has_role) as contacts_with_role,
        sum(is_active) as active_contacts
    from people
    group by opportunity_id

),

held as (

    select
        opportunity_id,
        role
    from contacts
    group by opportunity_id, role

),

needed as (

    select
        opportunities.opportunity_id,
        count(*) as required_roles,
        count(held.role) as covered_roles,
        {{ joined_values('case when held.role is null then required_roles.role end', ', ') }}
            as missing_roles
    from opportunities
    inner join required_roles
        on coalesce(opportunities.amount, 0) >= required_roles.min_amount
    left join held
        on
            opportunities.opportunity_id = held.opportunity_id
            and required_roles.role = held.role
    group by opportunities.opportunity_id

),

-- Where the CRM has no role of anybody, nothing is known to be missing.
final as (

    select
        opportunities.opportunity_id,
        coalesce(counts.contacts, 0) as contacts,
        cast(coalesce(counts.active_contacts, 0) as bigint) as active_contacts,
        cast(coalesce(counts.contacts_with_role, 0) as bigint) as contacts_with_role,
        coalesce(needed.required_roles, 0) as required_roles,
        case when counts.contacts_with_role > 0 then coalesce(needed.covered_roles, 0) end
            as covered_roles,
        case when counts.contacts_with_role > 0 then needed.missing_roles end as missing_roles,
        case
            when counts.contacts_with_role > 0
                then {{ ratio('needed.covered_roles', 'needed.required_roles') }}
        end as role_coverage,
        coalesce(counts.contacts = 1, false) as is_single_threaded
    from opportunities
    left join counts
        on opportunities.opportunity_id = counts.opportunity_id
    left join needed
        on opportunities.opportunity_id = needed.opportunity_id

)

select * from final
