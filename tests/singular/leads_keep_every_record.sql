{{ config(meta={'dagster': {'ref': {'name': 'int_funnel__leads'}}}) }}
-- Invariant: every lead of a CRM up to as-of is one lead, or the copy of one; none is made up.
with leads as (

    select * from {{ ref('int_funnel__leads') }}

),

records as (

    select * from {{ ref('input_leads') }}
    where created_at <= {{ as_of() }}

),

kept as (

    select coalesce(sum(records), 0) as kept
    from leads

),

loaded as (

    select count(*) as loaded
    from records

)

select
    kept.kept,
    loaded.loaded
from kept
cross join loaded
where kept.kept <> loaded.loaded
