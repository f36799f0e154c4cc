{% macro typed_view(node, typed_select) %}
    {#- The statement that creates the view of one source table: its rows, but for those that are set
        aside (quarantine.rejected_rows).
        node: source node; typed_select: select of all its rows. -#}
    {% set rows = typed_select %}
    {% if (node.config.meta or {}).get('quarantine') %}
        {% set rows = 'select * from (' ~ typed_select ~ ') as landed where '
            ~ quarantine_reason(node) ~ ' is null' %}
    {% endif %}
    {{ return(
        'create or replace view ' ~ node.schema ~ '.' ~ adapter.quote(node.identifier) ~ ' as ' ~ rows
    ) }}
{% endmacro %}

{% macro typed_select(node, origin, problems) %}
    {#- A select of one source table with its declared columns and types. What is wrong with the raw
        table is appended to `problems`.
        node: source node; origin: SQL that reads the raw table, or none where there is none. -#}
    {% set actual = columns_of(origin, node) if origin else {} %}
    {% set place = 'source ' ~ node.source_name ~ ', table ' ~ node.name %}
    {% set row_key = node.columns.keys() | select('in', actual.keys()) | first %}
    {% set expressions = [] %}
    {% for column in node.columns.values() %}
        {% set found_type = actual.get(column.name | lower) %}
        {% if found_type %}
            {% set misfit = first_misfit(origin, column, found_type, row_key) %}
            {% if misfit and misfit | length == 4 %}
                {% do problems.append(
                    place ~ ', column ' ~ column.name ~ ': ' ~ (misfit[1] or 'the column') ~ ' has type '
                    ~ misfit[2] ~ ', which is no ' ~ misfit[3]
                    ~ '. Mend the export, or cast the column where it is loaded.'
                ) %}
            {% elif misfit %}
                {% do problems.append(
                    place ~ ', column ' ~ column.name ~ ": the value '" ~ misfit[1] ~ "' (row with "
                    ~ row_key ~ " = '" ~ misfit[0] ~ "') is no " ~ (column.config.meta or {}).get('holds', column.data_type) ~ '; the column has type '
                    ~ found_type ~ '. Mend the export, or cast the column where it is loaded.'
                ) %}
            {% endif %}
            {% do expressions.append(
                cast_raw(adapter.quote(column.name), found_type, column.data_type)
                ~ ' as ' ~ adapter.quote(column.name)
            ) %}
        {% else %}
            {% if origin and (column.config.meta or {}).get('required') %}
                {% do problems.append(
                    place ~ ', column ' ~ column.name ~ ': missing. It is required ('
                    ~ column.description | trim ~ '). Add it to the sync, or to the view that feeds this table.'
                ) %}
            {% endif %}
            {% do expressions.append(
                'cast(null as ' ~ engine_type(column.data_type) ~ ') as ' ~ adapter.quote(column.name)
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(
        'select ' ~ expressions | join(', ') ~ (' from ' ~ origin if origin else ' where false')
    ) }}
{% endmacro %}

{% macro type_family(data_type) %}
    {#- int, number, text, timestamp, timestamptz, date, boolean or other. -#}
    {% set name = data_type | lower %}
    {% if name in ('bigint', 'int', 'integer', 'hugeint', 'smallint', 'tinyint', 'ubigint', 'uinteger', 'usmallint', 'utinyint') %}
        {{ return('int') }}
    {% elif name in ('double', 'float', 'real') or name.startswith('decimal') %}
        {{ return('number') }}
    {% elif name in ('string', 'varchar', 'text') %}
        {{ return('text') }}
    {% elif name in ('timestamptz', 'timestamp with time zone') %}
        {{ return('timestamptz') }}
    {% elif name.startswith('timestamp') %}
        {{ return('timestamp') }}
    {% elif name in ('date', 'boolean') %}
        {{ return(name) }}
    {% endif %}
    {{ return('other') }}
{% endmacro %}

{% macro fits_without_looking(found, declared) %}
    {#- Whether every value of family `found` can stand as family `declared`. -#}
    {{ return(
        found == declared
        or declared == 'text'
        or (found, declared) in [
            ('int', 'number'), ('timestamptz', 'timestamp'), ('date', 'timestamp'),
            ('timestamp', 'date'), ('timestamptz', 'date')
        ]
    ) }}
{% endmacro %}

{% macro cast_raw(column, found_type, declared_type) %}
    {#- A raw column as its declared type; instants become UTC timestamps without zone. Empty text is
        how a file without nulls writes null: an id '' would make one item of all that lack it. -#}
    {% set found = type_family(found_type) %}
    {% set declared = type_family(declared_type) %}
    {% if is_nested(found_type) and is_nested(declared_type) %}
        {{ return(nested_as_declared(column, found_type, declared_type)) }}
    {% elif found == 'text' and declared == 'text' %}
        {{ return(trimmed_text(column)) }}
    {% elif found == 'timestamptz' and declared in ('timestamp', 'date') %}
        {{ return(instant_as_utc(column, declared_type)) }}
    {% elif found == 'text' and declared == 'timestamp' %}
        {{ return(text_to_utc('nullif(trim(' ~ column ~ '), \'\')')) }}
    {% elif found == 'text' and declared != 'text' %}
        {{ return('cast(nullif(trim(' ~ column ~ '), \'\') as ' ~ declared_type ~ ')') }}
    {% elif fits_without_looking(found, declared) or (found, declared) in [('number', 'int'), ('int', 'boolean')] %}
        {{ return('cast(' ~ column ~ ' as ' ~ declared_type ~ ')') }}
    {% endif %}
    {{ return('cast(cast(' ~ column ~ ' as string) as ' ~ declared_type ~ ')') }}
{% endmacro %}
