{% macro built_in_part() -%}
    {#- The materialization of a model that builds only what changed. -#}
    {{ return(adapter.dispatch('built_in_part')()) }}
{%- endmacro %}

{% macro duckdb__built_in_part() %}{{ return('incremental') }}{% endmacro %}

{#- Parquet tables take no delete by key: they are built whole. -#}
{% macro default__built_in_part() %}{{ return('table') }}{% endmacro %}

{% macro shown_from_parts() -%}
    {#- The materialization of a mart that shows the rows of a model that is built in part. -#}
    {{ return(adapter.dispatch('shown_from_parts')()) }}
{%- endmacro %}

{% macro duckdb__shown_from_parts() %}{{ return('view') }}{% endmacro %}

{#- What is built whole is written anyway, and a mart is a table for whoever reads the lake's files. -#}
{% macro default__shown_from_parts() %}{{ return('table') }}{% endmacro %}

{% macro delete_rows(condition) -%}
    {#- A statement that deletes rows of a model that is built in part. -#}
    {{ return(adapter.dispatch('delete_rows')(condition) if execute else '') }}
{%- endmacro %}

{% macro duckdb__delete_rows(condition) %}{{ return('delete from ' ~ this ~ ' where ' ~ condition) }}{% endmacro %}

{% macro default__delete_rows(condition) %}{{ return('') }}{% endmacro %}

{% macro spark__create_csv_table(model, agate_table) %}
    {#- As dbt-spark does it, with the engine's names of types. -#}
    {% set columns = [] %}
    {% for name in agate_table.column_names %}
        {% do columns.append(adapter.quote(name) ~ ' ' ~ seed_column_type(model, agate_table, name, loop.index0)) %}
    {% endfor %}
    {% set sql = 'create table ' ~ this.render() ~ ' (' ~ columns | join(', ') ~ ') ' ~ file_format_clause() %}
    {% call statement('_') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{% endmacro %}

{% macro seed_column_type(model, agate_table, name, position) %}
    {#- The type of a column of a seed. -#}
    {{ return(engine_type(
        model['config'].get('column_types', {}).get(name, adapter.convert_type(agate_table, position))
    )) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {#- Literals where dbt-spark binds values: in a session null would become the text None, and an
        apostrophe end the text. dbt reads the word null as null; a column that holds it says so in its
        meta (`empty_is`), and DuckDB reads the file itself. -#}
    {% set statements = [] %}
    {% for chunk in agate_table.rows | batch(500) %}
        {% set rows = [] %}
        {% for row in chunk %}
            {% set values = [] %}
            {% for cell in row %}
                {% set name = agate_table.column_names[loop.index0] %}
                {% set meta = model.columns.get(name, {}).get('config', {}).get('meta') or {} %}
                {% set value = meta.get('empty_is') if cell is none else cell %}
                {% set text = value | string | replace('\\', '\\\\') | replace("'", "\\'") %}
                {% do values.append(
                    'cast(' ~ ('null' if value is none else "'" ~ text ~ "'") ~ ' as '
                    ~ seed_column_type(model, agate_table, name, loop.index0) ~ ')'
                ) %}
            {% endfor %}
            {% do rows.append('(' ~ values | join(', ') ~ ')') %}
        {% endfor %}
        {% set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
        {% do statements.append(sql) %}
    {% endfor %}
    {{ return(statements | first | default('')) }}
{% endmacro %}

{% macro spark__escape_single_quotes(expression) -%}
    {#- The texts of a unit test's rows: dbt-spark leaves backslashes as they are, and Spark reads them
        as an escape. -#}
    {{ expression | replace('\\', '\\\\') | replace("'", "\\'") }}
{%- endmacro %}
