with touches as (

    select * from {{ ref('int_attribution__touches_numbered') }}

),

final as (

    select
        conversion_type,
        conversion_id,
        channel,
        campaign,
        source,
        medium
    from touches
    where touch_number = non_direct_number

)

select * from final
