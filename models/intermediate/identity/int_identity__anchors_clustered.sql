{%- set most = policy('identity_max_ids_per_person') | int -%}

with links as (

    select * from {{ ref('int_identity__person_links') }}
    where drop_reason is null

),

ids as (

    select * from {{ ref('int_identity__ids_anchored') }}

),

-- Only what has several links can tie two anchors.
holders as (

    select
        from_kind,
        from_id
    from links
    group by from_kind, from_id
    having count(*) > 1

),

held as (

    select
        links.from_kind,
        links.from_id,
        ids.anchor
    from links
    inner join holders
        on
            links.from_kind = holders.from_kind
            and links.from_id = holders.from_id
    inner join ids
        on
            links.to_kind = ids.member_kind
            and links.to_id = ids.member_id

),

first_held as (

    select
        from_kind,
        from_id,
        min(anchor) as first_anchor
    from held
    group by from_kind, from_id
    having min(anchor) < max(anchor)

),

tied as (

    select
        first_held.first_anchor,
        held.anchor
    from first_held
    inner join held
        on
            first_held.from_kind = held.from_kind
            and first_held.from_id = held.from_id
    group by first_held.first_anchor, held.anchor

),

-- The first anchor is tied to itself here; the others are below.
ties as (

    select
        first_anchor as from_node,
        anchor as to_node
    from tied

    union

    select
        anchor as from_node,
        first_anchor as to_node
    from tied

    union

    select
        anchor as from_node,
        anchor as to_node
    from tied

),

{{ smallest_neighbour_rounds('ties', most) }},

-- A cluster that has not come to its end within the rounds borders on another one: it is too large.
open_clusters as (

    select near.cluster
    from ties
    inner join reached as near
        on ties.from_node = near.node
    inner join reached as far
        on ties.to_node = far.node
    where near.cluster <> far.cluster
    group by near.cluster

),

final as (

    select
        reached.node as anchor,
        reached.cluster,
        count(*) over (partition by reached.cluster) > {{ most }}
        or open_clusters.cluster is not null as is_too_large
    from reached
    left join open_clusters
        on reached.cluster = open_clusters.cluster

)

select * from final
