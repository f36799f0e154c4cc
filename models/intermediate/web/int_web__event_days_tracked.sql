{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='event_date',
        tags=['event_days'], on_schema_change='sync_all_columns'
    )
}}

with delivered as (

    select
        event_date,
        cast(sum(delivered_rows) as bigint) as day_rows
    from {{ ref('input_page_event_days') }}
    where event_date <= cast({{ as_of() }} as date)
    group by event_date

),

settled as (

    select cast({{ add_days('max(event_date)', -3) }} as date) as settled_before
    from delivered

),

key_events as (

    select {{ joined_values('lower(event_name)', ',') }} as names
    from {{ ref('web_key_events') }}

),

settings as (

    select '{{ session_settings() }}' || coalesce('; key events ' || md5(names), '') as settings
    from key_events

),

known as (

    select
        event_date,
        day_rows,
        built_as_of,
        settings
    from {{ event_days_before() }}

),

compared as (

    select
        coalesce(delivered.event_date, known.event_date) as event_date,
        coalesce(delivered.day_rows, 0) as day_rows,
        coalesce(known.day_rows, 0) as known_rows,
        known.event_date is null
        or coalesce(delivered.day_rows, 0) <> known.day_rows
        or (
            delivered.event_date is not null
            and (
                known.settings <> settings.settings
                or (
                    known.built_as_of <> {{ as_of() }}
                    and least(known.built_as_of, {{ as_of() }})
                    < {{ add_days('known.event_date', 1) }}
                )
            )
        ) as is_changed
    from delivered
    full outer join known
        on delivered.event_date = known.event_date
    cross join settings

),

-- GA4 changes events for up to 72 hours: the last days are always due.
final as (

    select
        compared.event_date,
        compared.day_rows,
        {{ as_of() }} as built_as_of,
        settings.settings,
        {{ run_instant() }} as due_at
    from compared
    cross join settled
    cross join settings
    where {{ is_day_due() }}

)

select * from final
