{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='event_date',
        tags=['event_days'], on_schema_change='sync_all_columns',
        pre_hook="{{ forget_due_days() }}"
    )
}}

{#- Read by the macros of an incremental run only; dbt has to know it when it parses. -#}
{%- if not execute -%}{%- do ref('int_web__event_days_tracked') -%}{%- endif %}

with page_events as (

    select * from {{ ref('input_page_events') }}
    where occurred_at <= {{ as_of() }} and {{ is_due('event_micros') }}

),

-- Events without any id have no stream, and never become a session.
streamed as (

    select
        *,
        coalesce(source_session_key, anonymous_id, event_source || ':user:' || user_id)
            as stream_key,
        source_session_key is not null as is_keyed,
        {{ moment_of_event() }} as moment,
        {{ part_of_loose_event() }} as loose_part
    from page_events

),

-- One row for each session of a day that the source has a key for; of other streams one for each
-- moment, to be cut below.
moments as (

    select
        event_date,
        event_source,
        stream_key,
        is_keyed,
        moment,
        loose_part,
        {{ summed_events() }}
    from streamed
    group by event_date, event_source, stream_key, is_keyed, moment, loose_part

),

cut as (

    select
        *,
        {{ touch_of('traffic') }} as opening_touch,
        {{ touch_of('traffic') }} as closing_touch
    from moments
    where moment is not null

),

numbered as (

    select
        *,
        {{ starts_anew() }} as starts
    from cut
    window w as (partition by event_date, stream_key order by started_at)

),

parted as (

    select
        *,
        sum(starts) over w as part_number
    from numbered
    window w as (partition by event_date, stream_key order by started_at)

),

united as (

    select
        event_date,
        event_source,
        stream_key,
        is_keyed,
        cast(part_number as bigint) as part_number,
        max(case when starts = 1 then opening_touch end) as opening_touch,
        {{ last_touch() }} as closing_touch,
        {{ merged_parts() }}
    from parted
    group by event_date, event_source, stream_key, is_keyed, part_number

    union all

    select
        event_date,
        event_source,
        stream_key,
        is_keyed,
        cast(coalesce(loose_part, 1) as bigint) as part_number,
        {{ part_measures() }}
    from moments
    where moment is null

),

final as (

    select
        united.*,
        {{ run_instant() }} as built_at
    from united

)

select * from final
