{% macro counted_durations() -%}
    {#- Which discounts count under the discount policy, as a condition on `duration`. -#}
    {%- set durations = {
        'recurring_active': ['forever', 'repeating'],
        'forever_only': ['forever'],
        'all': ['forever', 'repeating', 'once'],
        'none': [],
    }[policy('discount_policy')] -%}
    {%- if durations -%}
        duration in ('{{ durations | join("', '") }}')
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
