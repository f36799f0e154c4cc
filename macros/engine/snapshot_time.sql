{% macro snapshot_get_time() -%}
    {#- Snapshot versions are dated by the as-of of the run, never by the wall clock; and never before
        what an earlier run with a later as-of wrote down or reported: it would turn a version's ends
        around, or date what that run did not see yet before it. -#}
    {%- set written = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) if execute else none -%}
    {%- set reports = recorded_relation('history_mrr_reports') -%}
    {%- if written -%}
        (
            select greatest(
                {{ as_of() }},
                coalesce(max(dbt_valid_from), {{ as_of() }}),
                {% if reports -%}
                    coalesce((select max(reported_at) from {{ reports }}), {{ as_of() }})
                {%- else -%}
                    {{ as_of() }}
                {%- endif %}
            )
            from {{ written }}
        )
    {%- else -%}
        {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
