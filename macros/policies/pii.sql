{% macro pii(expression) -%}
    {#- Personal data on its way into a mart, as the policy `pii_in_marts` wants it: as it is, its first
        character and three asterisks, or null. Columns made with it have `pii: true` in their meta. -#}
    {%- if policy('pii_in_marts') == 'include' -%}
        {{ expression }}
    {%- elif policy('pii_in_marts') == 'mask' -%}
        substring({{ expression }}, 1, 1) || '***'
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{% macro pii_text(expression) -%}
    {#- Free text on its way into a mart: as it is under `pii_in_marts: include`, else null. The first
        character of a comment would say nothing, and the rest may name anybody. -#}
    {%- if policy('pii_in_marts') == 'include' -%}
        {{ expression }}
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}
