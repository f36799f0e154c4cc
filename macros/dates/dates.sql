{% macro reporting_date(instant) -%}
    {#- The date of a UTC instant in the reporting time zone. -#}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ instant }} as date)
    {%- else -%}
        cast({{ utc_to_zone(instant, var('reporting_timezone')) }} as date)
    {%- endif -%}
{%- endmacro %}

{% macro local_to_utc(local_timestamp) -%}
    {#- A timestamp without zone, read in the reporting time zone, as a UTC timestamp. -#}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ local_timestamp }} as timestamp)
    {%- else -%}
        {{ zone_to_utc(local_timestamp, var('reporting_timezone')) }}
    {%- endif -%}
{%- endmacro %}

{% macro month_start(day) -%}
    {#- The first day of a date's month, as a date. -#}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro far_future() -%}
    {#- Stands for the end of what has none, in comparisons only. -#}
    timestamp '9999-12-31 00:00:00'
{%- endmacro %}

{% macro months_between(first_month, last_month) -%}
    {#- Whole months from one month start to another, as a number. -#}
    cast(
        12 * (extract(year from {{ last_month }}) - extract(year from {{ first_month }}))
        + extract(month from {{ last_month }}) - extract(month from {{ first_month }}) as bigint
    )
{%- endmacro %}

{% macro quarter_start(day) -%}
    {#- The first day of a date's calendar quarter, as a date. -#}
    cast(date_trunc('quarter', {{ day }}) as date)
{%- endmacro %}

{% macro same_day(day) -%}
    {#- A date as the period of a daily report, beside month_start and quarter_start. -#}
    {{ day }}
{%- endmacro %}
