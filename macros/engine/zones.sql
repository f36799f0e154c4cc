{% macro utc_to_zone_of(instant, zone) -%}
    {#- A UTC timestamp as local time in the zone that a column names. -#}
    {{ adapter.dispatch('utc_to_zone_of')(instant, zone) }}
{%- endmacro %}

{% macro duckdb__utc_to_zone_of(instant, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro default__utc_to_zone_of(instant, zone) -%}
    from_utc_timestamp({{ instant }}, {{ zone }})
{%- endmacro %}

{% macro zone_of_to_utc(local_timestamp, zone) -%}
    {#- A local timestamp in the zone that a column names as UTC. -#}
    {{ adapter.dispatch('zone_of_to_utc')(local_timestamp, zone) }}
{%- endmacro %}

{% macro duckdb__zone_of_to_utc(local_timestamp, zone) -%}
    timezone('UTC', timezone({{ zone }}, cast({{ local_timestamp }} as timestamp)))
{%- endmacro %}

{% macro default__zone_of_to_utc(local_timestamp, zone) -%}
    to_utc_timestamp({{ local_timestamp }}, {{ zone }})
{%- endmacro %}
