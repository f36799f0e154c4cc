{% macro accrued_mrr(annual_amount, seconds, month_seconds) -%}
    {#- MRR of a year's amount, weighted with the part of a month in which it holds: a month is worth the
        same whether it has 28 days or 31. Decimal(38, 6), exact. -#}
    {{ divide_exact(
        'cast(' ~ annual_amount ~ ' as decimal(38, 6)) * ' ~ seconds, '12 * ' ~ month_seconds,
        6, places=6
    ) }}
{%- endmacro %}
