{% macro country_key(text) -%}
    {#- Text of a country as the seed country_names has it: in lower case, without dots. -#}
    replace(lower(trim({{ text }})), '.', '')
{%- endmacro %}

{% macro country_code(text) -%}
    {#- Code of the country that a text names, from a left join of `country_names` by country_key;
        a text that the seed does not know stays, without blanks around it. Null for a blank one. -#}
    coalesce(country_names.country_code, nullif(trim({{ text }}), ''))
{%- endmacro %}
