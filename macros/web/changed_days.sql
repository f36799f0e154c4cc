{% macro run_instant() -%}
    {#- The start of the run as a timestamp; only tells what this run wrote from what stood before. -#}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}

{% macro is_day_due() -%}
    {#- SQL condition of the days of `compared` that this run builds: those that the command names
        (`--event-time-start` and `--event-time-end`); where it names none, those that changed and the
        last ones, but none that is to be kept. -#}
    {%- set start, end = invocation_args_dict.event_time_start, invocation_args_dict.event_time_end -%}
    {%- if start -%}
        compared.event_date >= date '{{ (start | string)[:10] }}'
        and compared.event_date < date '{{ (end | string)[:10] }}'
    {%- else -%}
        (compared.is_changed or compared.event_date >= settled.settled_before)
        {%- if policy('web_days_gone') == 'kept' %}
        and (
            compared.day_rows >= compared.known_rows
            or compared.event_date > cast({{ as_of() }} as date)
        )
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{% macro due_ranges(seen_at) %}
    {#- The days of events that a model has not seen yet, as ranges: a list of first day and day after the
        last. Those that int_web__event_days_tracked found changed after the last run of the model, and
        those whose parts are newer. Many scattered days are one range, which only costs more.
        seen_at: column of the model with the run that wrote a row. -#}
    {% if not execute %}{{ return([]) }}{% endif %}
    {% set newer = " > coalesce((select max(" ~ seen_at ~ ") from " ~ this ~ "), timestamp '1970-01-01')" %}
    {% set found = "select event_date from " ~ ref('int_web__event_days_tracked') ~ " where due_at" ~ newer %}
    {% if seen_at != 'built_at' %}
        {% set found = found ~ " union select event_date from " ~ ref('int_web__session_parts_built')
            ~ " where built_at" ~ newer %}
    {% endif %}
    {% set one_day = modules.datetime.timedelta(days=1) %}
    {% set ranges = [] %}
    {% for row in run_query(found ~ " order by event_date").rows %}
        {% if ranges and ranges[-1][1] == row[0] %}
            {% do ranges.append([ranges.pop()[0], row[0] + one_day]) %}
        {% else %}
            {% do ranges.append([row[0], row[0] + one_day]) %}
        {% endif %}
    {% endfor %}
    {{ return(ranges if ranges | length <= 50 else [[ranges[0][0], ranges[-1][1]]]) }}
{% endmacro %}

{% macro in_ranges(ranges, first, last=none) -%}
    {#- SQL condition of dates, or spans from a date to another, that touch one of `ranges`; false where
        there is none. first, last: SQL of dates. -#}
    {%- if not ranges -%}false{%- endif -%}
    {%- for start, after in ranges -%}
        {{ '(' if loop.first }}({{ last or first }} >= date '{{ start }}' and {{ first }} < date '{{ after }}')
        {{- ' or ' if not loop.last else ')' }}
    {%- endfor -%}
{%- endmacro %}

{% macro is_due(event_micros) -%}
    {#- SQL condition of the days that int_web__session_parts_built builds, on microseconds since 1970, so
        that it reaches the raw files; true where everything is built. The first and the last of several
        ranges stand there besides: a list of alternatives does not follow the joins of `delivered_once`. -#}
    {%- if is_incremental() -%}
        {%- set ranges = due_ranges('built_at') -%}
        {%- if not ranges -%}
            false
        {%- else -%}
            {{ event_micros }} >= {{ utc_to_micros("date '" ~ ranges[0][0] ~ "'") }} and {# -#}
            {{ event_micros }} < {{ utc_to_micros("date '" ~ ranges[-1][1] ~ "'") }} and {# -#}
        {%- endif -%}
        {%- for start, after in ranges -%}
            {{ '(' if loop.first }}({{ event_micros }} >= {{ utc_to_micros("date '" ~ start ~ "'") }} and {# -#}
            {{ event_micros }} < {{ utc_to_micros("date '" ~ after ~ "'") }})
            {{- ' or ' if not loop.last else ')' }}
        {%- endfor -%}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro is_due_day(day) -%}
    {#- The same on a date. -#}
    {{ in_ranges(due_ranges('built_at'), day) if is_incremental() else 'true' }}
{%- endmacro %}

{% macro forget_due_days() %}
    {#- A statement that deletes the days that are built again, so that streams and days that are no more
        leave nothing behind; none where everything is built. -#}
    {% if execute and is_incremental() %}
        {{ return(
            "delete from " ~ this ~ " where " ~ in_ranges(due_ranges('built_at'), 'event_date')
            ~ " or event_date not in (select event_date from " ~ ref('int_web__event_days_tracked') ~ ")"
        ) }}
    {% endif %}
    {{ return('') }}
{% endmacro %}

{% macro event_days_before() -%}
    {#- What runs before this one built: the model's own rows, none in a first run. A macro, so that unit
        tests can say what stands there: a fixture of `this` needs the table to exist. -#}
    {%- if is_incremental() -%}
        {{ this }}
    {%- else -%}
        (
            select
                cast(null as date) as event_date,
                cast(null as bigint) as day_rows,
                cast(null as timestamp) as built_as_of,
                cast(null as string) as settings
            where 1 = 0
        ) as nothing
    {%- endif -%}
{%- endmacro %}
