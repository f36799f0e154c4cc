with versions as (

    select * from {{ ref('stg_stripe__subscription_versions') }}

),

final as (

    select
        'stripe' as billing_source,
        subscription_id,
        customer_id as billing_customer_id,
        version_started_at,
        lead(version_started_at) over (
            partition by subscription_id order by version_started_at
        ) as version_ended_at,
        row_number() over (
            partition by subscription_id order by version_started_at
        ) = 1 as is_first_version,
        status,
        created_at,
        case
            when status = 'canceled' then coalesce(ended_at, version_started_at)
            else ended_at
        end as ended_at,
        canceled_at as cancel_requested_at,
        cancel_at,
        coalesce(is_cancel_at_period_end, false) as is_cancel_at_period_end,
        case cancellation_reason
            when 'cancellation_requested' then 'voluntary'
            when 'payment_failed' then 'involuntary'
            when 'payment_disputed' then 'involuntary'
        end as cancellation_type,
        current_period_ended_at,
        trial_started_at,
        trial_ended_at,
        pause_behavior is not null as is_collection_paused,
        pause_resumes_at
    from versions

)

select * from final
