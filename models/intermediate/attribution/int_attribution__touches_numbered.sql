with conversions as (

    select * from {{ ref('int_attribution__conversion_people') }}

),

touches as (

    select * from {{ ref('int_attribution__touches') }}

),

conversion_times as (

    select
        conversion_type,
        conversion_id,
        max(converted_at) as converted_at,
        max(middle_at) as middle_at
    from conversions
    group by conversion_type, conversion_id

),

-- A conversion that no touch is known of is credited to nobody, by name.
numbered as (

    select
        conversion_times.conversion_type,
        conversion_times.conversion_id,
        conversion_times.converted_at,
        conversion_times.middle_at,
        coalesce(touches.touch_id, 'unattributed') as touch_id,
        coalesce(touches.touch_kind, 'unattributed') as touch_kind,
        touches.person_id,
        coalesce(touches.channel, 'unattributed') as channel,
        touches.source,
        touches.medium,
        touches.campaign,
        touches.touched_at,
        row_number() over (
            partition by conversion_times.conversion_type, conversion_times.conversion_id
            order by touches.touched_at asc, touches.touch_id asc
        ) as touch_number,
        count(*) over (
            partition by conversion_times.conversion_type, conversion_times.conversion_id
        ) as touches,
        max(touches.touched_at) over (
            partition by conversion_times.conversion_type, conversion_times.conversion_id
        ) as last_touched_at
    from conversion_times
    left join touches
        on
            conversion_times.conversion_type = touches.conversion_type
            and conversion_times.conversion_id = touches.conversion_id

),

final as (

    select
        numbered.*,
        coalesce(
            max(case when channel <> 'Direct' then touch_number end)
                over (partition by conversion_type, conversion_id),
            touches
        ) as non_direct_number,
        max(case when touched_at <= middle_at then touch_number end)
            over (partition by conversion_type, conversion_id) as middle_number
    from numbered

)

select * from final
