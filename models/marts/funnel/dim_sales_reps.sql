with reps as (

    select * from {{ ref('input_sales_reps') }}

),

leads as (

    select * from {{ ref('int_funnel__leads') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

activities as (

    select * from {{ ref('input_activities') }}
    where
        activity_type in ('call', 'email', 'meeting', 'demo')
        and occurred_at <= {{ as_of() }}

),

owners as (

    select owner_id from leads

    union

    select owner_id from opportunities

    union

    select owner_key as owner_id from activities

    union

    select owner_key as owner_id from reps

),

-- Who owns records is there even where the CRM no longer lists them.
named as (

    select
        owners.owner_id,
        reps.source_system,
        coalesce(reps.rep_name, owners.owner_id) as rep_name,
        reps.team,
        reps.manager_key as manager_id,
        reps.is_active,
        reps.owner_key is not null as is_listed
    from owners
    left join reps
        on owners.owner_id = reps.owner_key
    where owners.owner_id is not null

),

final as (

    select
        named.owner_id,
        named.source_system,
        {{ pii('named.rep_name') }} as rep_name,
        named.team,
        named.manager_id,
        named.is_active,
        named.is_listed
    from named

)

select * from final
order by owner_id
