{% macro rank_of_positive(value) -%}
    {#- The place of a row by a value, the greatest first, equal values sharing one; null where the value
        is not above 0. -#}
    case when {{ value }} > 0 then cast(rank() over (order by {{ value }} desc) as bigint) end
{%- endmacro %}
