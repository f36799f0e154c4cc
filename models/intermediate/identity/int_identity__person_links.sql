{%- set per_person = policy('identity_max_ids_per_person') -%}
{%- set per_device = policy('identity_max_ids_per_device') -%}
{%- set devices = policy('identity_max_devices_per_id') -%}

with pairs as (

    select * from {{ ref('int_identity__ids_paired') }}

),

crowded_sides as (

    select
        from_kind,
        from_id
    from pairs
    where own_drop_reason is null and from_kind <> 'record'
    group by from_kind, from_id
    having
        greatest(
            count(case when to_kind = 'user' then 1 end),
            count(case when to_kind = 'email' then 1 end)
        ) > case when from_kind = 'user' then {{ per_person }} else {{ per_device }} end

),

crowded_ids as (

    select
        to_kind,
        to_id,
        count(case when from_kind = 'anonymous' then 1 end) > {{ devices }} as has_many_devices,
        greatest(
            count(case when from_kind = 'record' then 1 end),
            count(case when from_kind = 'user' then 1 end)
        ) > {{ per_person }} as has_many_people
    from pairs
    where own_drop_reason is null and to_kind <> 'record'
    group by to_kind, to_id
    having count(*) > least({{ per_person }}, {{ devices }})

),

final as (

    select
        pairs.from_kind,
        pairs.from_id,
        pairs.to_kind,
        pairs.to_id,
        pairs.reason,
        pairs.evidence,
        pairs.first_seen_at,
        case
            when pairs.own_drop_reason is not null then pairs.own_drop_reason
            when crowded_sides.from_kind = 'user' then 'user_of_many'
            when crowded_sides.from_kind = 'anonymous' then 'shared_device'
            when crowded_ids.has_many_people then crowded_ids.to_kind || '_of_many'
            when crowded_ids.has_many_devices and pairs.from_kind = 'anonymous'
                then 'too_many_devices'
        end as drop_reason
    from pairs
    left join crowded_sides
        on
            pairs.from_kind = crowded_sides.from_kind
            and pairs.from_id = crowded_sides.from_id
    left join crowded_ids
        on
            pairs.to_kind = crowded_ids.to_kind
            and pairs.to_id = crowded_ids.to_id

)

select * from final
