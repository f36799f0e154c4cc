{% macro mount_sources() %}
    {#- Makes every declared source table readable as raw_<source>.<table> with its declared columns
        and types, before anything else runs:
          1. from Parquet files below <raw path>/<source>/<table>/ where there are any,
          2. else from table <source>.<table> of the warehouse's own database,
          3. else as an empty table.
        Results of checks are read from <quality path>/check_results/. Rows that a rule of their table
        sets aside are in quarantine.rejected_rows instead.
        Extra columns are ignored; a missing optional column is a typed null; a missing required
        column or table, or a value that does not fit its declared type, stops the run. -#}
    {% if execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot', 'run-operation') %}
        {% do mount_landed_sources() %}
    {% endif %}
    {{ return('') }}
{% endmacro %}

{% macro mount_landed_sources() %}
    {#- What mount_sources does, once it is known that this command needs it. -#}
    {% set nodes = graph.sources.values() | selectattr('package_name', 'equalto', project_name)
        | rejectattr('schema', 'equalto', 'quarantine') | list %}
    {% set raw_path = env_var('SAAS_METRICS_RAW_PATH', 'data/raw') %}
    {% set files = landed_files(raw_path) %}
    {% do files.update(landed_files(env_var('SAAS_METRICS_QUALITY_PATH', 'data/quality'), 'quality')) %}
    {% set database_tables = tables_in_source_schemas(nodes) %}
    {% set problems = [] %}
    {% set schemas = ['create schema if not exists quarantine'] %}
    {% set statements = [] %}
    {% set present = [] %}
    {% set landed = [] %}
    {% set typed_selects = {} %}
    {% for node in nodes %}
        {% set key = node.source_name ~ '.' ~ node.name %}
        {% if key in files or key in database_tables %}
            {% do landed.append(node.unique_id) %}
            {% do present.append(key) %}
        {% endif %}
    {% endfor %}
    {% for schema_name in nodes | map(attribute='schema') | unique | sort %}
        {% do schemas.append('create schema if not exists ' ~ schema_name) %}
    {% endfor %}
    {% do run_statements(schemas) %}
    {% for node in nodes | sort(attribute='unique_id') %}
        {% set key = node.source_name ~ '.' ~ node.name %}
        {% set origin = none %}
        {% if key in files %}
            {% set origin = landed_relation(node, files[key]) %}
        {% elif key in database_tables %}
            {% set origin = adapter.quote(node.source_name) ~ '.' ~ adapter.quote(node.name) %}
        {% endif %}
        {% if origin %}
            {% for needed in (node.config.meta or {}).get('requires', []) %}
                {% if node.source_name ~ '.' ~ needed not in present %}
                    {% do problems.append(
                        'source ' ~ node.source_name ~ ', table ' ~ needed ~ ': missing, but table '
                        ~ node.name ~ ' is there and cannot be read rightly without it. Load it into '
                        ~ raw_path ~ '/' ~ node.source_name ~ '/' ~ needed ~ '/ (zero rows are fine).'
                    ) %}
                {% endif %}
            {% endfor %}
        {% endif %}
        {% set rows = typed_select(node, origin, problems) %}
        {% do typed_selects.update({node.unique_id: rows}) %}
        {% do statements.append(typed_view(node, rows)) %}
    {% endfor %}
    {% do statements.extend(rejected_rows_statements(nodes, typed_selects, landed)) %}
    {% if problems %}
        {% do exceptions.raise_compiler_error(
            'The raw data cannot be used; nothing was built and the published marts are unchanged.\n  - '
            ~ problems | join('\n  - ')
        ) %}
    {% endif %}
    {% do run_statements(statements) %}
    {% do log(
        'Mounted ' ~ present | length ~ ' of ' ~ nodes | length ~ ' source tables from ' ~ raw_path
        ~ ' (as of ' ~ as_of_datetime().isoformat(sep=' ') ~ ' UTC)', info=true
    ) %}
{% endmacro %}
