{% macro returned_in_time(left_on, returned_on) -%}
    {#- Whether a customer that left came back soon enough to count as reactivated. -#}
    {%- if policy('reactivation_max_gap_days') is none -%}
        true
    {%- else -%}
        {{ days_between(left_on, returned_on) }} <= {{ policy('reactivation_max_gap_days') }}
    {%- endif -%}
{%- endmacro %}
