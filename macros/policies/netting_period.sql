{% macro netting_period(day) -%}
    {#- The day, or the month, within which a customer's changes are one movement. -#}
    {{ month_start(day) if policy('movement_netting') == 'month' else day }}
{%- endmacro %}
