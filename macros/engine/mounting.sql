{% macro landed_files(raw_path, only_source=none) %}
    {#- Landed Parquet files: {'<source>.<table>': [path, ...]}, in the order of their paths.
        only_source: the source whose tables are the folders right below the path; none where the
        folders are sources. -#}
    {% set root = raw_path.rstrip('/') %}
    {% set found = adapter.dispatch('list_files')(root) %}
    {% set files = {} %}
    {% for path in found %}
        {% set parts = ([only_source] if only_source else []) + path.split(root ~ '/', 1)[1].split('/') %}
        {% if parts | length >= 3 %}
            {% do files.setdefault(parts[0] ~ '.' ~ parts[1], []).append(path) %}
        {% endif %}
    {% endfor %}
    {{ return(files) }}
{% endmacro %}

{% macro duckdb__list_files(root) %}
    {{ return(run_query(
        "select file from glob('" ~ root | replace("'", "''") ~ "/**/*.parquet') order by file"
    ).rows | map(attribute=0) | list) }}
{% endmacro %}

{% macro default__list_files(root) %}
    {#- A table over the folder, since a query of a path that is not there fails. -#}
    {% set name = target.schema ~ '.files_below' %}
    {% do run_query('create schema if not exists ' ~ target.schema) %}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query(
        'create table ' ~ name ~ ' (path string, modificationTime timestamp, length bigint,'
        ~ " content binary) using binaryFile options (recursiveFileLookup 'true',"
        ~ " pathGlobFilter '*.parquet') location '" ~ root ~ "'"
    ) %}
    {% set found = run_query('select path from ' ~ name ~ ' order by path').rows %}
    {% do run_query('drop table ' ~ name) %}
    {{ return(found | map(attribute=0) | list) }}
{% endmacro %}

{% macro landed_relation(node, paths) %}
    {#- What reads the landed files of a source table, as SQL behind `from`. -#}
    {{ return(adapter.dispatch('landed_relation')(node, paths)) }}
{% endmacro %}

{% macro duckdb__landed_relation(node, paths) %}
    {{ return(
        "read_parquet(['" ~ paths | map('replace', "'", "''") | join("', '")
        ~ "'], union_by_name = true, hive_partitioning = false)"
    ) }}
{% endmacro %}

{% macro default__landed_relation(node, paths) %}
    {#- An external table that states nested columns as declared: Parquet is then read by names, with
        nulls for what is missing, where a cast would go by position. -#}
    {% set mark = '/' ~ node.name ~ '/' %}
    {% set folder = paths[0].rpartition(mark)[0] ~ mark %}
    {% set declared, parts = {}, [] %}
    {% for column in node.columns.values() %}
        {% do declared.update({column.name | lower: column.data_type}) %}
    {% endfor %}
    {% for row in run_query('describe query select * from parquet.`' ~ folder ~ '`').rows %}
        {% set wanted = declared.get(row[0] | lower, row[1]) %}
        {% set nested = is_nested(row[1]) and is_nested(wanted) %}
        {% do parts.append(adapter.quote(row[0]) ~ ' ' ~ (engine_type(wanted) if nested else row[1])) %}
    {% endfor %}
    {% set name = node.schema ~ '.' ~ node.name ~ '__landed' %}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query(
        'create table ' ~ name ~ ' (' ~ parts | join(', ') ~ ') using parquet'
        ~ " options (recursiveFileLookup 'true') location '" ~ folder ~ "'"
    ) %}
    {{ return(name) }}
{% endmacro %}

{% macro columns_of(origin, node) %}
    {#- The columns that SQL behind `from` has of a source table: {name in lower case: type}. -#}
    {% set columns = {} %}
    {% for row in run_query(adapter.dispatch('describe_select')(origin)).rows %}
        {% do columns.update({row[0] | lower: row[1]}) %}
    {% endfor %}
    {{ return(adapter.dispatch('declared_where_nested')(columns, node)) }}
{% endmacro %}

{% macro duckdb__declared_where_nested(columns, node) %}{{ return(columns) }}{% endmacro %}

{#- Spark writes nested types in other words, and landed_relation has stated them as declared. -#}
{% macro default__declared_where_nested(columns, node) %}
    {% for column in node.columns.values() if column.name | lower in columns %}
        {% if is_nested(column.data_type) and is_nested(columns[column.name | lower]) %}
            {% do columns.update({column.name | lower: column.data_type}) %}
        {% endif %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}

{% macro duckdb__describe_select(origin) %}{{ return('describe select * from ' ~ origin) }}{% endmacro %}

{% macro default__describe_select(origin) %}{{ return('describe query select * from ' ~ origin) }}{% endmacro %}
