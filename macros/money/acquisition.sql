{% macro cost_categories() %}
    {#- The categories of costs, in the order of columns. -#}
    {{ return(['media', 'program', 'people', 'tools', 'commission', 'other']) }}
{% endmacro %}

{% macro part_of(amount, share) -%}
    {#- A share (0 to 1, 12 places) of an amount below 1e14, rounded to 6 places. -#}
    round(cast({{ amount }} as decimal(20, 6)) * cast({{ share }} as decimal(13, 12)), 6)
{%- endmacro %}

{% macro payback_status(months) -%}
    {#- Where a payback stands against what is usual in the field: under 12 months is healthy, 6 to 9 a
        good aim. -#}
    case
        when {{ months }} < 6 then 'faster_than_aim'
        when {{ months }} <= 9 then 'within_aim'
        when {{ months }} < 12 then 'healthy'
        when {{ months }} >= 12 then 'slow'
    end
{%- endmacro %}

{% macro ltv_to_cac_reading(share) -%}
    {#- What LTV:CAC says: 1 is no business, 3 to 5 the aim, above 5 too little is invested. -#}
    case
        when {{ share }} <= 1 then 'no_business'
        when {{ share }} < 3 then 'below_aim'
        when {{ share }} <= 5 then 'within_aim'
        when {{ share }} > 5 then 'under_invested'
    end
{%- endmacro %}

{% macro expansion_share(bridge) -%}
    {#- How much of the growth of a month comes from customers that are there already; null without
        growth. bridge: relation with new_mrr and expansion_mrr. -#}
    {{ ratio(bridge ~ '.expansion_mrr', bridge ~ '.new_mrr + ' ~ bridge ~ '.expansion_mrr') }}
{%- endmacro %}
