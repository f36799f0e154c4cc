{% macro snapshot_get_time() -%}
    {#- Snapshot versions are dated by the as-of of the run, never by the wall clock; and never before
        what an earlier run with a later as-of wrote down, which would turn a version's ends around. -#}
    {%- set written = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) if execute else none -%}
    {%- if written -%}
        (
            select greatest({{ as_of() }}, coalesce(max(dbt_valid_from), {{ as_of() }}))
            from {{ written }}
        )
    {%- else -%}
        {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
