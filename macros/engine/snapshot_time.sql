{% macro snapshot_get_time() -%}
    {#- Snapshot versions are dated by the as-of of the run, never by the wall clock. -#}
    {{ as_of() }}
{%- endmacro %}
