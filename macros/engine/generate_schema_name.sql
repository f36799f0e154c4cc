{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Layers are schemas under their own names (marts, input, ...), in every target. -#}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
