{{ config(meta={'dagster': {'ref': {'name': 'int_identity__person_links'}}}) }}
-- Invariant: what is tied is one person; a component that had not come to its end is never half
-- tied: each tie between two anchors that counts has both in one cluster.
with links as (

    select * from {{ ref('int_identity__person_links') }}
    where drop_reason is null

),

members as (

    select * from {{ ref('int_identity__person_members') }}

),

too_large as (

    select * from {{ ref('int_identity__anchors_clustered') }}
    where is_too_large

),

anchors as (

    select * from {{ ref('int_identity__ids_anchored') }}

)

select
    links.from_kind,
    links.from_id,
    links.to_kind,
    links.to_id,
    near.person_id,
    far.person_id as other_person_id
from links
left join anchors
    on
        links.to_kind = anchors.member_kind
        and links.to_id = anchors.member_id
left join too_large
    on anchors.anchor = too_large.anchor
left join members as near
    on
        links.from_kind = near.member_kind
        and links.from_id = near.member_id
left join members as far
    on
        links.to_kind = far.member_kind
        and links.to_id = far.member_id
where
    too_large.anchor is null
    and (
        near.person_id is null
        or (far.person_id is null and links.to_kind <> 'record')
        or near.person_id <> far.person_id
    )
