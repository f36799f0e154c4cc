{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_accounts__deal_people'}}}) }}
-- A role that the seed buying_roles does not know counts as other.
with people as (

    select {{ part_rows('source_roles', ';') }} as source_role
    from {{ ref('int_accounts__deal_people') }}
    where source_roles is not null

)

select
    people.source_role,
    count(*) as contacts,
    'Add it to seeds/buying_roles.csv, in lower case and with blanks for underscores.' as what_to_do
from people
left join {{ ref('buying_roles') }} as buying_roles
    on translate(lower(trim(people.source_role)), '_', ' ') = buying_roles.source_role
where buying_roles.source_role is null and trim(people.source_role) <> ''
group by people.source_role
