{% macro part_rows(text_value, separator) -%}
    {#- A row for each part of a text between separators, in the list of a select. -#}
    {{ adapter.dispatch('part_rows')(text_value, separator) }}
{%- endmacro %}

{% macro duckdb__part_rows(text_value, separator) -%}
    unnest(string_split({{ text_value }}, '{{ separator }}'))
{%- endmacro %}

{% macro default__part_rows(text_value, separator) -%}
    explode(split({{ text_value }}, '[{{ separator }}]'))
{%- endmacro %}

{% macro epoch_ms_to_utc(milliseconds) -%}
    {#- Text of milliseconds since 1970 as a UTC timestamp; null where it is no number. -#}
    {{ adapter.dispatch('epoch_ms_to_utc')(milliseconds) }}
{%- endmacro %}

{% macro duckdb__epoch_ms_to_utc(milliseconds) -%}
    make_timestamp(try_cast({{ milliseconds }} as bigint) * 1000)
{%- endmacro %}

{% macro default__epoch_ms_to_utc(milliseconds) -%}
    timestamp_millis(try_cast({{ milliseconds }} as bigint))
{%- endmacro %}

{% macro plain_words(text_value) -%}
    {#- The words of a text in lower case, with one blank before, between and behind them. -#}
    {{ adapter.dispatch('plain_words')(text_value) }}
{%- endmacro %}

{% macro duckdb__plain_words(text_value) -%}
    ' ' || regexp_replace(lower({{ text_value }}), '[^\pL\pN]+', ' ', 'g') || ' '
{%- endmacro %}

{% macro default__plain_words(text_value) -%}
    concat(' ', regexp_replace(lower({{ text_value }}), '[^\\pL\\pN]+', ' '), ' ')
{%- endmacro %}

{% macro joined_values(value, separator) -%}
    {#- The different values of a group in their order as one text, parted by a separator; null where
        there is none. -#}
    {{ adapter.dispatch('joined_values')(value, separator) }}
{%- endmacro %}

{% macro duckdb__joined_values(value, separator) -%}
    string_agg(distinct {{ value }}, '{{ separator }}' order by {{ value }})
{%- endmacro %}

{% macro default__joined_values(value, separator) -%}
    nullif(array_join(array_sort(collect_set({{ value }})), '{{ separator }}'), '')
{%- endmacro %}
