{% macro market_segment_types() %}
    {#- What rpt_market_monthly is cut by, beside 'all': columns of int_accounts__market_described, never
        null there. -#}
    {{ return([
        'country', 'industry', 'segment', 'ownership', 'sales_team_share', 'sales_model',
        'pricing_model',
    ]) }}
{% endmacro %}

{% macro every_market_segment_type() -%}
    {#- For a cross join: the relation `types` of 'all' and the segment types of the market. -#}
    (
        values ('all')
        {%- for type in market_segment_types() %}, ('{{ type }}'){% endfor %}
    ) as types (segment_type)
{%- endmacro %}

{% macro market_segment_value(relation) -%}
    {#- The segment of a row of `relation` for the type of `types`; null where there is no such row. -#}
    case types.segment_type
        when 'all' then 'all'
        {%- for type in market_segment_types() %}
        when '{{ type }}' then {{ relation }}.{{ type }}
        {%- endfor %}
    end
{%- endmacro %}
