{% macro event_param(parameters, key) -%}
    {#- The value (a struct of string_value, int_value, float_value and double_value) of the first
        parameter with a key; null where there is none.
        parameters: column of a list of structs of key and value. -#}
    {{ adapter.dispatch('event_param')(parameters, key) }}
{%- endmacro %}

{% macro duckdb__event_param(parameters, key) -%}
    {#- The list of keys is the same expression for every parameter, and made once. -#}
    {{ parameters }}[list_position(
        list_transform({{ parameters }}, lambda p: p.key), '{{ key }}'
    )].value
{%- endmacro %}

{% macro default__event_param(parameters, key) -%}
    get(filter({{ parameters }}, p -> p.key = '{{ key }}'), 0).value
{%- endmacro %}

{% macro event_param_text(parameters, key) -%}
    {#- The value of a parameter as text, whichever type it was sent as; empty text is null. -#}
    nullif(trim(coalesce(
        {{ event_param(parameters, key) }}.string_value,
        cast({{ event_param(parameters, key) }}.int_value as string)
    )), '')
{%- endmacro %}

{% macro event_param_int(parameters, key) -%}
    {#- The value of a parameter as a whole number, whichever type it was sent as. -#}
    coalesce(
        {{ event_param(parameters, key) }}.int_value,
        try_cast({{ event_param(parameters, key) }}.string_value as bigint),
        cast({{ event_param(parameters, key) }}.double_value as bigint)
    )
{%- endmacro %}

{% macro struct_of(fields) -%}
    {#- A struct. Structs compare by their fields, from the first to the last.
        fields: mapping of name to SQL. -#}
    {{ adapter.dispatch('struct_of')(fields) }}
{%- endmacro %}

{% macro duckdb__struct_of(fields) -%}
    struct_pack(
        {%- for name, value in fields.items() %}{{ name }} := {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

{% macro default__struct_of(fields) -%}
    named_struct(
        {%- for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

{% macro micros_to_utc(micros) -%}
    {#- Microseconds since 1970 as a UTC timestamp. -#}
    {{ adapter.dispatch('micros_to_utc')(micros) }}
{%- endmacro %}

{% macro duckdb__micros_to_utc(micros) -%}make_timestamp({{ micros }}){%- endmacro %}

{% macro default__micros_to_utc(micros) -%}timestamp_micros({{ micros }}){%- endmacro %}

{% macro utc_to_micros(instant) -%}
    {#- A UTC timestamp as microseconds since 1970. -#}
    {{ adapter.dispatch('utc_to_micros')(instant) }}
{%- endmacro %}

{% macro duckdb__utc_to_micros(instant) -%}epoch_us(cast({{ instant }} as timestamp)){%- endmacro %}

{% macro default__utc_to_micros(instant) -%}unix_micros(cast({{ instant }} as timestamp)){%- endmacro %}

{% macro text_matches(text_value, pattern) -%}
    {#- Whether a part of a text matches a regular expression. -#}
    {{ adapter.dispatch('text_matches')(text_value, pattern) }}
{%- endmacro %}

{% macro duckdb__text_matches(text_value, pattern) -%}
    regexp_matches({{ text_value }}, {{ pattern }})
{%- endmacro %}

{% macro default__text_matches(text_value, pattern) -%}
    ({{ text_value }} rlike {{ pattern }})
{%- endmacro %}

{% macro last_known(column, window_name) -%}
    {#- The last value of a column before the row that is not null, in the order of a stream. -#}
    {{ adapter.dispatch('last_known')(column, window_name) }}
{%- endmacro %}

{% macro duckdb__last_known(column, window_name) -%}
    lag({{ column }} ignore nulls) over {{ window_name }}
{%- endmacro %}

{% macro default__last_known(column, window_name) -%}
    lag({{ column }}) ignore nulls over {{ window_name }}
{%- endmacro %}
