with

raw_subscription_periods as (
    select * from {{ source('generic', 'subscription_periods') }}
),

texts as (
    select
        *,
        nullif(trim(start_date), '') as start_text,
        nullif(trim(end_date), '') as end_text,
        nullif(trim(signed_date), '') as signed_text
    from raw_subscription_periods
),

renamed as (
    select
        customer_id,
        subscription_id,
        plan_name,
        -- A date without a time of day begins in the reporting time zone.
        case
            when start_text like '%:%' then {{ text_to_utc('start_text') }}
            else {{ local_to_utc('start_text') }}
        end as started_at,
        case
            when end_text like '%:%' then {{ text_to_utc('end_text') }}
            else {{ local_to_utc('end_text') }}
        end as ended_at,
        case
            when signed_text like '%:%' then {{ text_to_utc('signed_text') }}
            else {{ local_to_utc('signed_text') }}
        end as signed_at,
        amount,
        lower(trim(billing_interval)) as billing_interval,
        coalesce(interval_count, 1) as interval_count,
        upper(trim(coalesce(nullif(trim(currency), ''), '{{ var("reporting_currency") }}')))
            as currency,
        quantity,
        cancellation_reason,
        customer_name,
        customer_email,
        country,
        _fivetran_synced
    from texts
),

ranked as (
    select
        *,
        rank() over (
            partition by
                customer_id, subscription_id, plan_name, started_at, billing_interval,
                interval_count, currency
            order by _fivetran_synced desc nulls last
        ) as sync_rank
    from renamed
),

-- Rows that differ in what they count are periods that add up; others are one row landed twice.
final as (
    select
        customer_id,
        subscription_id,
        plan_name,
        started_at,
        ended_at,
        amount,
        billing_interval,
        interval_count,
        currency,
        quantity,
        min(signed_at) as signed_at,
        max(cancellation_reason) as cancellation_reason,
        max(customer_name) as customer_name,
        max(customer_email) as customer_email,
        max(country) as country
    from ranked
    where sync_rank = 1
    group by
        customer_id,
        subscription_id,
        plan_name,
        started_at,
        ended_at,
        amount,
        billing_interval,
        interval_count,
        currency,
        quantity
)

select * from final
