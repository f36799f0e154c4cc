with

raw_subscription_versions as (
    select *
    from
        {{
            deduplicate(
                source('stripe', 'subscription_history'),
                ['id', '_fivetran_start']
            )
        }} as latest
),

renamed as (
    select
        id as subscription_id,
        customer_id,
        _fivetran_start as version_started_at,
        -- The loader closes the running version in the year 9999.
        case when _fivetran_end < cast('9999-01-01' as timestamp) then _fivetran_end end
            as version_ended_at,
        coalesce(
            _fivetran_active,
            _fivetran_end is null or _fivetran_end >= cast('9999-01-01' as timestamp)
        ) as is_current_version,
        lower(trim(status)) as status,
        created as created_at,
        coalesce(start_date, start) as started_at,
        ended_at,
        canceled_at,
        cancel_at,
        coalesce(cancel_at_period_end, false) as is_cancel_at_period_end,
        current_period_start as current_period_started_at,
        current_period_end as current_period_ended_at,
        trial_start as trial_started_at,
        trial_end as trial_ended_at,
        lower(trim(pause_collection_behavior)) as pause_behavior,
        pause_collection_resumes_at as pause_resumes_at,
        lower(trim(cancellation_details_reason)) as cancellation_reason,
        lower(trim(cancellation_details_feedback)) as cancellation_feedback,
        lower(trim(collection_method)) as collection_method,
        latest_invoice_id,
        _fivetran_synced as synced_at
    from raw_subscription_versions
    where coalesce(livemode, true)
)

select * from renamed
