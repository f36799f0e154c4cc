{% macro text_to_utc(text_value) -%}
    {#- Text of an instant, with or without an offset, as a UTC timestamp (without one: UTC). -#}
    {{ adapter.dispatch('text_to_utc')(text_value) }}
{%- endmacro %}

{% macro duckdb__text_to_utc(text_value) -%}
    timezone('UTC', cast({{ text_value }} as timestamptz))
{%- endmacro %}

{% macro default__text_to_utc(text_value) -%}
    cast({{ text_value }} as timestamp)
{%- endmacro %}
