{% macro utc_to_zone(instant, zone) -%}
    {#- A UTC timestamp as local time in a zone. -#}
    {{ adapter.dispatch('utc_to_zone')(instant, zone) }}
{%- endmacro %}

{% macro duckdb__utc_to_zone(instant, zone) -%}
    timezone('{{ zone }}', timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro default__utc_to_zone(instant, zone) -%}
    from_utc_timestamp({{ instant }}, '{{ zone }}')
{%- endmacro %}

{% macro zone_to_utc(local_timestamp, zone) -%}
    {#- A local timestamp in a zone as UTC. -#}
    {{ adapter.dispatch('zone_to_utc')(local_timestamp, zone) }}
{%- endmacro %}

{% macro duckdb__zone_to_utc(local_timestamp, zone) -%}
    timezone('UTC', timezone('{{ zone }}', cast({{ local_timestamp }} as timestamp)))
{%- endmacro %}

{% macro default__zone_to_utc(local_timestamp, zone) -%}
    to_utc_timestamp({{ local_timestamp }}, '{{ zone }}')
{%- endmacro %}

{% macro add_months(day, months) -%}
    {#- A date (or timestamp) moved by a number of months, clamped to the month's end. -#}
    {{ adapter.dispatch('add_months')(day, months) }}
{%- endmacro %}

{% macro duckdb__add_months(day, months) -%}
    ({{ day }} + to_months(cast({{ months }} as int)))
{%- endmacro %}

{% macro default__add_months(day, months) -%}
    ({{ day }} + make_interval(0, {{ months }}))
{%- endmacro %}

{% macro month_series(first_month, last_month) -%}
    {#- An array of the months from one month start to another, both included. -#}
    {{ adapter.dispatch('month_series')(first_month, last_month) }}
{%- endmacro %}

{% macro duckdb__month_series(first_month, last_month) -%}
    generate_series(
        cast({{ first_month }} as timestamp), cast({{ last_month }} as timestamp), interval 1 month
    )
{%- endmacro %}

{% macro default__month_series(first_month, last_month) -%}
    sequence({{ first_month }}, {{ last_month }}, interval 1 month)
{%- endmacro %}

{% macro each_month(first_month, last_month) -%}
    {#- In a select list: a row for each month from one month start to another, both included, as a
        date. A lateral join with the series would be a join of the rows with themselves. -#}
    {{ adapter.dispatch('each_month')(first_month, last_month) }}
{%- endmacro %}

{% macro duckdb__each_month(first_month, last_month) -%}
    cast(unnest({{ month_series(first_month, last_month) }}) as date)
{%- endmacro %}

{% macro default__each_month(first_month, last_month) -%}
    explode({{ month_series(first_month, last_month) }})
{%- endmacro %}

{% macro day_series(first_day, last_day) -%}
    {#- An array of the days from one date to another, both included. -#}
    {{ adapter.dispatch('day_series')(first_day, last_day) }}
{%- endmacro %}

{% macro duckdb__day_series(first_day, last_day) -%}
    generate_series(
        cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day
    )
{%- endmacro %}

{% macro default__day_series(first_day, last_day) -%}
    sequence({{ first_day }}, {{ last_day }}, interval 1 day)
{%- endmacro %}

{% macro iso_weekday(day) -%}
    {#- Monday 1 to Sunday 7. -#}
    {{ adapter.dispatch('iso_weekday')(day) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}isodow({{ day }}){%- endmacro %}

{% macro default__iso_weekday(day) -%}(weekday({{ day }}) + 1){%- endmacro %}
