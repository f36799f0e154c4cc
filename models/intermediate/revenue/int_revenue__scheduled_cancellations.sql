with versions as (

    select * from {{ ref('input_subscription_versions') }}
    where is_cancel_at_period_end or cancel_at is not null

),

final as (

    select
        subscription_id,
        version_started_at as scheduled_from,
        version_ended_at as scheduled_to
    from versions

)

select * from final
