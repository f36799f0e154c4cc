{% macro opportunity_rate_date(closed_at) -%}
    {#- The day of whose month an opportunity's amount takes its exchange rate: that on which it was
        closed; as-of while it is open. -#}
    {{ reporting_date(
        'case when ' ~ closed_at ~ ' <= ' ~ as_of() ~ ' then ' ~ closed_at ~ ' else ' ~ as_of() ~ ' end'
    ) }}
{%- endmacro %}
