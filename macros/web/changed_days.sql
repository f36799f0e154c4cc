{% macro first_changed_day() %}
    {#- The first day ('YYYY-MM-DD') from which int_web__session_parts_built must be built again: of those
        for which another number of rows is delivered than when they were built, that were cut off by
        another as-of, or were built under other settings; and the last days anyway, since GA4 changes
        events for up to 72 hours. Of any lateness: an event that comes after a year moves it back. -#}
    {% set days = run_query(
        "with delivered as (select event_date, sum(delivered_rows) as day_rows from "
        ~ ref('input_page_event_days') ~ " where event_date <= cast(" ~ as_of() ~ " as date) group by event_date), "
        ~ "built as (select event_date, max(day_rows) as day_rows, max(built_as_of) as built_as_of, "
        ~ "min(settings) as settings from " ~ this ~ " group by event_date), "
        ~ "changed as (select coalesce(delivered.event_date, built.event_date) as event_date from delivered "
        ~ "full outer join built on delivered.event_date = built.event_date "
        ~ "where delivered.event_date is null or built.event_date is null "
        ~ "or delivered.day_rows <> built.day_rows or built.settings <> '" ~ session_settings() ~ "' "
        ~ "or (built.built_as_of <> " ~ as_of() ~ " and least(built.built_as_of, " ~ as_of() ~ ") < "
        ~ add_days('built.event_date', 1) ~ ") "
        ~ "union all select cast(" ~ add_days('max(event_date)', -3) ~ " as date) from delivered) "
        ~ "select min(event_date) from changed"
    ).rows %}
    {{ return(days[0][0] | string if days and days[0][0] else '9999-12-31') }}
{% endmacro %}

{% macro first_day_not_joined() %}
    {#- The first day of which int_web__session_parts_built has parts that are newer than the last that
        int_web__sessions_built has seen. -#}
    {% set days = run_query(
        "select min(event_date) from " ~ ref('int_web__session_parts_built')
        ~ " where built_at > coalesce((select max(parts_built_at) from " ~ this ~ "), timestamp '1970-01-01')"
    ).rows %}
    {{ return(days[0][0] | string if days and days[0][0] else '9999-12-31') }}
{% endmacro %}

{% macro due_days() %}
    {#- The days that int_web__session_parts_built builds: those that the command names
        (`--event-time-start` and `--event-time-end`), else all from the first changed one on.
        Returns the first day, and the day after the last or none. -#}
    {% set start, end = invocation_args_dict.event_time_start, invocation_args_dict.event_time_end %}
    {% if start %}
        {{ return([(start | string)[:10], (end | string)[:10]]) }}
    {% endif %}
    {{ return([first_changed_day(), none]) }}
{% endmacro %}

{% macro is_due(event_micros) -%}
    {#- SQL condition of those days, on microseconds since 1970; true where everything is built. -#}
    {%- if is_incremental() -%}
        {%- set first, after = due_days() -%}
        {{ event_micros }} >= {{ utc_to_micros("date '" ~ first ~ "'") }}
        {%- if after %} and {{ event_micros }} < {{ utc_to_micros("date '" ~ after ~ "'") }}{% endif %}
    {%- else -%}
        true
    {%- endif %}
{%- endmacro %}

{% macro undone_days() %}
    {#- The same of int_web__sessions_built: from the first day on that has newer parts. -#}
    {{ return([first_day_not_joined(), none]) }}
{% endmacro %}

{% macro is_touched() -%}
    {#- SQL condition of parts of the streams that have a newer part; true where everything is built. -#}
    {%- if is_incremental() -%}
        stream_key in (
            select touched.stream_key from {{ ref('int_web__session_parts_built') }} as touched
            where touched.event_date >= date '{{ first_day_not_joined() }}'
        )
    {%- else -%}
        true
    {%- endif %}
{%- endmacro %}

{% macro forget_changed(days_macro, column) %}
    {#- A statement that deletes what is built again, so that days and sessions that are no more leave
        nothing behind; none where everything is built.
        days_macro: macro of the days; column: date column of the model. -#}
    {% if execute and is_incremental() %}
        {% set first, after = days_macro() %}
        {{ return(
            "delete from " ~ this ~ " where " ~ column ~ " >= date '" ~ first ~ "'"
            ~ (" and " ~ column ~ " < date '" ~ after ~ "'" if after else '')
        ) }}
    {% endif %}
    {{ return('') }}
{% endmacro %}
