with contacts as (

    select * from {{ ref('int_accounts__opportunity_contacts') }}

),

final as (

    select
        opportunity_id,
        person_id,
        role,
        is_primary,
        touchpoints,
        last_touch_at
    from contacts

)

select * from final
order by opportunity_id, person_id, role
