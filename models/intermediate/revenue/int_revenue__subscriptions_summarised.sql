with versions as (

    select * from {{ ref('input_subscription_versions') }}

),

-- `incomplete` is how a subscription starts; cancelled from there, it was never active. A history
-- that begins with `canceled` says nothing about what was before.
final as (

    select
        billing_source,
        subscription_id,
        coalesce(
            max_by(
                billing_customer_id,
                case when version_started_at <= {{ as_of() }} then version_started_at end
            ),
            max(billing_customer_id)
        ) as billing_customer_id,
        min(created_at) as created_at,
        min(version_started_at) as first_version_at,
        max(case when is_first_version then status end) as first_status,
        max(
            case
                when status not in ('incomplete', 'incomplete_expired', 'canceled') then 1
                when status = 'canceled' and is_first_version then 1
                else 0
            end
        ) = 1 as was_ever_active,
        max(case when version_ended_at is null then ended_at end) as ended_at,
        min(coalesce(trial_started_at, case when status = 'trialing' then version_started_at end))
            as trial_started_at,
        max(coalesce(trial_ended_at, case when status = 'trialing' then version_ended_at end))
            as trial_ended_at,
        coalesce(
            max(case when version_ended_at is null then cancellation_type end), 'unknown'
        ) as cancellation_type,
        max(
            case when version_started_at <= {{ as_of() }} then version_started_at end
        ) as as_of_version_at
    from versions
    group by billing_source, subscription_id

)

select * from final
