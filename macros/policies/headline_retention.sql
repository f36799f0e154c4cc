{% macro headline_retention(metric) -%}
    {#- The column behind the headline of `nrr` or `grr`, by window and method. -#}
    {%- set suffix = '_' ~ policy('nrr_window_months') ~ 'm' -%}
    {%- if policy('nrr_method') == 'cohort' -%}
        {{ metric ~ suffix }}
    {%- elif policy('nrr_method') == 'bridge' or metric == 'grr' -%}
        {{ metric ~ '_bridge' ~ suffix }}
    {%- else -%}
        {{ metric ~ '_bridge_with_reactivation' ~ suffix }}
    {%- endif -%}
{%- endmacro %}
