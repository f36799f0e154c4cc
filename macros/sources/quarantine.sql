{% macro quarantine_reason(node) -%}
    {#- The reason for which a row of a source table is set aside, null for a row that counts: the
        first rule under `quarantine` in the table's meta that holds. Null where there is no rule. Rules
        quote names as DuckDB does; to Spark such a name would be a text.
        node: source node. -#}
    {%- set rules = (node.config.meta or {}).get('quarantine', []) -%}
    {%- if rules -%}
        case{% for rule in rules %} when {{ rule.when | replace('"', adapter.quote('x')[0]) }} then '{{ rule.reason }}'{% endfor %} end
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{% macro rejected_rows_statements(nodes, typed_selects, present) %}
    {#- The statements that create quarantine.rejected_rows: each row of a raw table that does
        not count, with the reason. Rows that a rule sets aside are not in the table's own view;
        orphans are, and find nothing that they could be joined to.
        nodes: source nodes; present: unique ids of those that are landed; typed_selects: by unique id the select of all typed rows of a table that
        is there. -#}
    {% set parts = [] %}
    {% for node in nodes if node.unique_id in present %}
        {% set meta = node.config.meta or {} %}
        {% set rows = '(' ~ typed_selects[node.unique_id] ~ ') as landed' %}
        {% if meta.get('quarantine') %}
            {% do parts.append(rejected_rows_select(node, quarantine_reason(node), rows
                ~ ' where ' ~ quarantine_reason(node) ~ ' is not null')) %}
        {% endif %}
        {% for rule in meta.get('parents', []) %}
            {% set parent = '(' ~ typed_selects[node.unique_id | replace('.' ~ node.name, '.' ~ rule.table)]
                ~ ')' %}
            {% do parts.append(rejected_rows_select(node, "'no_" ~ rule.table ~ "'", rows
                ~ ' where ' ~ quarantine_reason(node) ~ ' is null and ' ~ rule.column
                ~ ' is not null and not exists (select 1 from ' ~ parent ~ ' as parent where parent.'
                ~ adapter.quote(rule.parent_column) ~ ' = landed.' ~ adapter.quote(rule.column) ~ ')')) %}
        {% endfor %}
    {% endfor %}
    {% if not parts %}
        {% do parts.append("select '' as source_name, '' as table_name, '' as row_key, '' as reason,"
            ~ " '' as raw_row where false") %}
    {% endif %}
    {{ return(adapter.dispatch('replaced_relation')('quarantine.rejected_rows', parts | join(' union all '))) }}
{% endmacro %}

{% macro rejected_rows_select(node, reason, rows) %}
    {#- One part of quarantine.rejected_rows.
        node: source node; reason: SQL; rows: SQL behind `from`, whose rows are called landed. -#}
    {% set key = (node.config.meta or {}).get('row_key', [node.columns.keys() | first]) %}
    {% set texts = [] %}
    {% for name in key %}
        {% do texts.append("coalesce(cast(landed." ~ adapter.quote(name) ~ " as string), 'null')") %}
    {% endfor %}
    {{ return(
        "select '" ~ node.source_name ~ "' as source_name, '" ~ node.name ~ "' as table_name, "
        ~ texts | join(" || ' ' || ") ~ ' as row_key, ' ~ reason ~ ' as reason, '
        ~ row_json('landed') ~ ' as raw_row from ' ~ rows
    ) }}
{% endmacro %}
