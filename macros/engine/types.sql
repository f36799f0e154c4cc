{% macro engine_type(data_type) %}
    {#- The engine's own name of a declared type. -#}
    {{ return(adapter.dispatch('engine_type')(data_type)) }}
{% endmacro %}

{% macro duckdb__engine_type(data_type) %}{{ return(data_type) }}{% endmacro %}

{% macro default__engine_type(data_type) %}
    {% set name = data_type | lower %}
    {% if name.endswith('[]') %}
        {{ return('array<' ~ engine_type(data_type[:-2]) ~ '>') }}
    {% elif name.startswith('struct') %}
        {% set parts = data_type | replace('struct(', 'struct<') | replace(')', '>') %}
        {{ return(parts | replace(' varchar', ' string')) }}
    {% endif %}
    {{ return({
        'varchar': 'string', 'text': 'string', 'timestamptz': 'timestamp', 'ubigint': 'bigint',
        'hugeint': 'decimal(38, 0)'
    }.get(name, data_type)) }}
{% endmacro %}

{% macro instant_as_utc(column, declared_type) %}
    {#- An instant of a raw file as a timestamp in UTC, or the date of it. -#}
    {{ return(adapter.dispatch('instant_as_utc')(column, declared_type)) }}
{% endmacro %}

{% macro duckdb__instant_as_utc(column, declared_type) %}
    {#- timezone() asks a calendar for every value, 13 times the cost; it is left with what is no
        number of microseconds: infinity. -#}
    {{ return(
        'cast(coalesce(make_timestamp(epoch_us(' ~ column ~ ')), timezone(\'UTC\', ' ~ column
        ~ ')) as ' ~ declared_type ~ ')'
    ) }}
{% endmacro %}

{% macro default__instant_as_utc(column, declared_type) %}
    {{ return('cast(' ~ column ~ ' as ' ~ declared_type ~ ')') }}
{% endmacro %}

{% macro trimmed_text(column) %}
    {#- A text without blanks around it; null where nothing is left. -#}
    {{ return(adapter.dispatch('trimmed_text')(column)) }}
{% endmacro %}

{% macro duckdb__trimmed_text(column) %}
    {#- trim() walks through every letter; only text that begins below '!', ends with a space or
        is not all ASCII (whose spaces are more than one) can need it. A fourth of the time. -#}
    {{ return(
        'case when ' ~ column ~ ' < \'!\' or ends_with(' ~ column ~ ', \' \') or strlen(' ~ column
        ~ ') <> length(' ~ column ~ ') then nullif(trim(' ~ column ~ '), \'\') else ' ~ column ~ ' end'
    ) }}
{% endmacro %}

{% macro default__trimmed_text(column) %}{{ return('nullif(trim(' ~ column ~ '), \'\')') }}{% endmacro %}

{% macro nested_as_declared(column, found_type, declared_type) %}
    {#- A nested raw column as its declared type. -#}
    {{ return(adapter.dispatch('nested_as_declared')(column, found_type, declared_type)) }}
{% endmacro %}

{% macro duckdb__nested_as_declared(column, found_type, declared_type) %}
    {{ return(cast_nested(column, found_type, declared_type)) }}
{% endmacro %}

{#- The landed table states such a column as declared (landed_relation). -#}
{% macro default__nested_as_declared(column, found_type, declared_type) %}{{ return(column) }}{% endmacro %}
