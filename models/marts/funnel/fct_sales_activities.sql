with activities as (

    select * from {{ ref('int_funnel__activities_placed') }}

),

final as (

    select
        activity_key as activity_id,
        source_system,
        activity_type,
        direction,
        is_held,
        occurred_at,
        activity_month,
        created_at,
        owner_key as owner_id,
        person_id,
        account_id,
        opportunity_key as opportunity_id
    from activities

)

select * from final
order by occurred_at, activity_id
