{% macro tables_in_source_schemas(nodes) %}
    {#- Tables that another loader keeps in the warehouse's own database: ['<schema>.<table>', ...]. -#}
    {{ return(adapter.dispatch('tables_in_source_schemas')(
        nodes | map(attribute='source_name') | unique | sort | list
    )) }}
{% endmacro %}

{% macro duckdb__tables_in_source_schemas(schemas) %}
    {{ return(run_query(
        "select table_schema || '.' || table_name from information_schema.tables
        where table_catalog = current_database() and table_schema in ('"
        ~ schemas | join("', '") ~ "')"
    ).rows | map(attribute=0) | list) }}
{% endmacro %}

{% macro default__tables_in_source_schemas(schemas) %}
    {% set names = [] %}
    {% for schema_row in run_query('show schemas').rows if schema_row[0] in schemas %}
        {% for table_row in run_query('show tables in ' ~ schema_row[0]).rows %}
            {% do names.append(schema_row[0] ~ '.' ~ table_row[1]) %}
        {% endfor %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}

{% macro run_statements(statements) %}
    {#- Runs statements that give no rows; at once where the engine can. -#}
    {% do adapter.dispatch('run_statements')(statements) %}
{% endmacro %}

{% macro duckdb__run_statements(statements) %}
    {% do run_query(statements | join(';\n')) %}
{% endmacro %}

{% macro default__run_statements(statements) %}
    {% for statement in statements %}
        {% do run_query(statement) %}
    {% endfor %}
{% endmacro %}

{% macro duckdb__replaced_relation(name, select) %}
    {{ return(['create or replace view ' ~ name ~ ' as ' ~ select]) }}
{% endmacro %}

{#- A table: metastores keep no more than 32,700 letters of a view. -#}
{% macro default__replaced_relation(name, select) %}
    {{ return(['drop table if exists ' ~ name, 'create table ' ~ name ~ ' using parquet as ' ~ select]) }}
{% endmacro %}
