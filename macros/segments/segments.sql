{% macro segment_types() %}
    {#- What segmented reports are cut by, beside 'all': columns of
        int_revenue__customer_months_segmented, never null there. -#}
    {{ return(['segment', 'plan', 'industry', 'country', 'acquisition_channel', 'sales_model']) }}
{% endmacro %}

{% macro every_segment_type() -%}
    {#- For a cross join: the relation `types` of 'all' and the segment types. -#}
    (
        values ('all')
        {%- for type in segment_types() %}, ('{{ type }}'){% endfor %}
    ) as types (segment_type)
{%- endmacro %}

{% macro segment_value(relation) -%}
    {#- The segment of a row of `relation` for the type of `types`. -#}
    case types.segment_type
        {%- for type in segment_types() %}
        when '{{ type }}' then {{ relation }}.{{ type }}
        {%- endfor %}
        else 'all'
    end
{%- endmacro %}

{% macro window_sum(column, months) -%}
    {#- The sum of a column over the rows of one length of window; 0 without any. -#}
    cast(
        sum(case when window_months = {{ months }} then {{ column }} else 0 end)
        as {{ 'bigint' if column.endswith('customers') else 'decimal(38, 6)' }}
    )
{%- endmacro %}

{% macro trailing_sum(column, months) -%}
    {#- The sum of a column of `movements` over a segment's last months. -#}
    cast(
        sum(coalesce(movements.{{ column }}, 0)) over (
            partition by segment_months.segment_type, segment_months.segment_value
            order by segment_months.month
            rows between {{ months - 1 }} preceding and current row
        ) as decimal(38, 6)
    )
{%- endmacro %}

{% macro bridge_retention(months, movement_types) -%}
    {#- (Opening MRR + the movements of everybody since) / opening MRR. -#}
    {%- set opening = 'opening_mrr_' ~ months ~ 'm' -%}
    {%- set movements = [] -%}
    {%- for type in movement_types -%}
        {%- do movements.append('bridge_' ~ type ~ '_mrr_' ~ months ~ 'm') -%}
    {%- endfor -%}
    {{ ratio(opening ~ ' + ' ~ movements | join(' + '), opening) }}
{%- endmacro %}
