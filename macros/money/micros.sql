{% macro micros_to_major(micros) -%}
    {#- An integer amount in millionths of the major unit as decimal(38, 6), exact. -#}
    cast(cast({{ micros }} as decimal(20, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(38, 6))
{%- endmacro %}
