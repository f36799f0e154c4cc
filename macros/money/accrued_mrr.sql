{% macro accrued_mrr(annual_amount, seconds, month_seconds) -%}
    {#- MRR of a year's amount, weighted with the part of a month in which it holds: a month is worth the
        same whether it has 28 days or 31. Decimal(38, 6), exact. (Exact division is dear: nothing, and
        whole months, are had without it.) -#}
    case
        when {{ annual_amount }} = 0 or {{ seconds }} = 0 then cast(0 as decimal(38, 6))
        when {{ seconds }} = {{ month_seconds }} then {{ monthly_from_annual(annual_amount) }}
        else {{ divide_exact(
            'cast(' ~ annual_amount ~ ' as decimal(38, 6)) * ' ~ seconds,
            '12 * ' ~ month_seconds, 6, places=6
        ) }}
    end
{%- endmacro %}

{% macro divide_unless_zero(numerator, weight, denominator) -%}
    {#- numerator x weight / denominator to 6 places, exact; 0 without dividing where the numerator is 0. -#}
    case
        when {{ numerator }} = 0 then cast(0 as decimal(38, 6))
        else {{ divide_exact(
            'cast(' ~ numerator ~ ' as decimal(38, 6)) * ' ~ weight, denominator, 6, places=6
        ) }}
    end
{%- endmacro %}
