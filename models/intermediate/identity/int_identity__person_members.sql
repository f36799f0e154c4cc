with links as (

    select * from {{ ref('int_identity__person_links') }}

),

ids as (

    select * from {{ ref('int_identity__ids_anchored') }}

),

clusters as (

    select * from {{ ref('int_identity__anchors_clustered') }}
    where not is_too_large

),

clustered as (

    select
        ids.member_kind,
        ids.member_id,
        ids.first_seen_at,
        coalesce(clusters.cluster, ids.anchor) as cluster
    from ids
    left join clusters
        on ids.anchor = clusters.anchor

),

-- A device whose ids are not one person belongs to nobody.
devices as (

    select
        links.from_id as member_id,
        min(clustered.cluster) as cluster
    from links
    inner join clustered
        on
            links.to_kind = clustered.member_kind
            and links.to_id = clustered.member_id
    where links.from_kind = 'anonymous' and links.drop_reason is null
    group by links.from_id
    having min(clustered.cluster) = max(clustered.cluster)

),

-- The oldest member names the person; among equals a record, then a user, then an address. The age
-- is text: a blank sorts before the fraction of a second that may follow.
persons as (

    select
        cluster,
        min_by(
            {{ identity_key('member_kind', 'member_id') }},
            concat(
                coalesce(cast(first_seen_at as string), '9999'),
                case member_kind when 'record' then ' 1 ' when 'user' then ' 2 ' else ' 3 ' end,
                member_id
            )
        ) as person_id
    from clustered
    group by cluster

),

members as (

    select
        member_kind,
        member_id,
        cluster
    from clustered

    union all

    select
        'anonymous' as member_kind,
        member_id,
        cluster
    from devices

),

final as (

    select
        members.member_kind,
        members.member_id,
        persons.person_id
    from members
    inner join persons
        on members.cluster = persons.cluster

)

select * from final
