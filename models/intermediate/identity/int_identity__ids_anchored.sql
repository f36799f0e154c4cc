with people as (

    select * from {{ ref('input_people') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

links as (

    select * from {{ ref('int_identity__person_links') }}

),

record_merges as (

    select
        from_id,
        to_id
    from links
    where to_kind = 'record' and from_id <> to_id

),

{{ follow_links('record_merges') }},

records as (

    select
        people.person_key,
        people.created_at,
        case
            when links.to_id is not null then 'email:' || links.to_id
            else 'record:' || people.person_key
        end as anchor
    from people
    left join links
        on
            links.from_kind = 'record'
            and links.to_kind = 'email'
            and links.drop_reason is null
            and people.person_key = links.from_id

),

-- A user is known by its first address, else by itself; a user id of nobody is no member of
-- anybody. How old what was merged away is, nobody knows.
sightings as (

    select
        'record' as member_kind,
        person_key as member_id,
        anchor,
        created_at as first_seen_at
    from records

    union all

    select
        'record' as member_kind,
        followed.from_id as member_id,
        coalesce(records.anchor, 'record:' || followed.to_id) as anchor,
        cast(null as timestamp) as first_seen_at
    from followed
    left join records
        on followed.to_id = records.person_key

    union all

    select
        to_kind as member_kind,
        to_id as member_id,
        to_kind || ':' || to_id as anchor,
        first_seen_at
    from links
    where to_kind = 'email' or (to_kind = 'user' and (drop_reason is distinct from 'id_of_nobody'))

    union all

    select
        'email' as member_kind,
        lower(trim(email)) as member_id,
        'email:' || lower(trim(email)) as anchor,
        created_at as first_seen_at
    from customers
    where trim(email) <> ''

    union all

    select
        'user' as member_kind,
        from_id as member_id,
        case when drop_reason is null then 'email:' || to_id else 'user:' || from_id end as anchor,
        first_seen_at
    from links
    where from_kind = 'user' and (drop_reason is distinct from 'id_of_nobody')

),

-- Among the anchors of an id, an address goes before the id itself, which its text orders too.
final as (

    select
        member_kind,
        member_id,
        min(anchor) as anchor,
        min(first_seen_at) as first_seen_at
    from sightings
    group by member_kind, member_id

)

select * from final
