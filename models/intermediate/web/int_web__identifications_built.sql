{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='event_date',
        tags=['event_days'], on_schema_change='sync_all_columns',
        pre_hook="{{ forget_due_days() }}"
    )
}}

with page_events as (

    select * from {{ ref('input_page_events') }}
    where
        user_id is not null
        and occurred_at <= {{ as_of() }} and {{ is_due('event_micros') }}

),

days as (

    select event_date
    from {{ ref('int_web__event_days_tracked') }}
    where day_rows > 0 and {{ is_due_day('event_date') }}

),

-- Some sites use the address itself as user id. Text that is no address would tie all that have it.
final as (

    select
        event_date,
        event_source,
        anonymous_id,
        user_id,
        case when user_id like '%_@_%' then lower(user_id) end as email,
        min(occurred_at) as identified_at,
        {{ run_instant() }} as built_at
    from page_events
    where anonymous_id is not null or user_id like '%_@_%'
    group by event_date, event_source, anonymous_id, user_id

    union all

    -- A day on which nobody signed in was built too: else it would be read again in every run.
    select
        event_date,
        cast(null as string) as event_source,
        cast(null as string) as anonymous_id,
        cast(null as string) as user_id,
        cast(null as string) as email,
        cast(null as timestamp) as identified_at,
        {{ run_instant() }} as built_at
    from days

)

select * from final
