{% macro product(factor) -%}
    {#- The product of a group's factors (0 to 1) as decimal(18, 12). -#}
    {{ adapter.dispatch('product')(factor) }}
{%- endmacro %}

{% macro duckdb__product(factor) -%}
    cast(product(cast({{ factor }} as double)) as decimal(18, 12))
{%- endmacro %}

{% macro default__product(factor) -%}
    cast(
        case
            when min({{ factor }}) <= 0 then 0
            else exp(sum(ln(nullif(cast({{ factor }} as double), 0))))
        end as decimal(18, 12)
    )
{%- endmacro %}
