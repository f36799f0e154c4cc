{{
    config(
        materialized='incremental', incremental_strategy='delete+insert', unique_key='event_date',
        tags=['event_days'], on_schema_change='sync_all_columns',
        pre_hook="{{ forget_due_days() }}"
    )
}}

-- depends_on: {{ ref('int_web__event_days_tracked') }}
with page_events as (

    select * from {{ ref('input_page_events') }}
    where
        user_id is not null
        and occurred_at <= {{ as_of() }} and {{ is_due('event_micros') }}

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

)

select * from final
