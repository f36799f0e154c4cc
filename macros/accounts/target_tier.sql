{% macro target_tier(written) -%}
    {#- The tier of a target account from what a CRM wrote (tier_1, Tier 2, T3, 1); untiered for any
        other text, null for none. -#}
    case translate(lower({{ written }}), ' _-', '')
        {%- for tier in ('1', '2', '3') %}
        when '{{ tier }}' then 'tier_{{ tier }}'
        when 't{{ tier }}' then 'tier_{{ tier }}'
        when 'tier{{ tier }}' then 'tier_{{ tier }}'
        {%- endfor %}
        when '' then null
        else case when {{ written }} is not null then 'untiered' end
    end
{%- endmacro %}
