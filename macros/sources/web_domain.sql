{% macro web_domain(address) -%}
    {#- The domain of a web or e-mail address, in lower case and without www; null for text that is
        no address, such as n/a. -#}
    {%- set host -%}
        regexp_replace(
            regexp_replace(
                regexp_replace(lower(trim({{ address }})), '^[a-z]+://', ''), '[/?#:].*$', ''
            ),
            '^(.*@)?(www[.])?', ''
        )
    {%- endset -%}
    case when {{ host }} like '%_._%' then {{ host }} end
{%- endmacro %}
