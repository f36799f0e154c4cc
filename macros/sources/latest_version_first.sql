{% macro latest_version_first() -%}
    {#- The order for `deduplicate` that takes the present version of a record of Salesforce, in
        History Mode and outside of it. -#}
    {{ return('coalesce(_fivetran_active, true) desc, _fivetran_start desc nulls last, _fivetran_synced') }}
{%- endmacro %}
