{% macro bridge_amounts(prefix='') %}
    {#- The amounts of a customer's month that are reported, in the order of the bridge, each with
        `prefix` before its name. -#}
    {% set amounts = [] %}
    {% for name in [
        'opening_mrr', 'new_mrr', 'reactivation_mrr', 'expansion_mrr', 'contraction_mrr',
        'churn_mrr', 'fx_impact_mrr', 'closing_mrr'
    ] %}
        {% do amounts.append(prefix ~ name) %}
    {% endfor %}
    {{ return(amounts) }}
{% endmacro %}

{% macro any_amount_differs(left_prefix, right_prefix) -%}
    {#- SQL true where one of the reported amounts is not the same in two sets of columns; a prefix is
        a relation with its dot, or the beginning of a column's name. No amount may be null. -#}
    (
        {% for amount in bridge_amounts() -%}
            {{ 'or ' if not loop.first }}{{ left_prefix }}{{ amount }} <> {{ right_prefix }}{{ amount }}
        {% endfor -%}
    )
{%- endmacro %}

{% macro has_mrr(relation) -%}
    {#- SQL true where a reported customer month says anything: one that is gone is written down as all
        zeros, and no customer month of the mart is. -#}
    (
        {{ relation }}.opening_mrr <> 0
        or {{ relation }}.new_mrr <> 0
        or {{ relation }}.reactivation_mrr <> 0
        or {{ relation }}.closing_mrr <> 0
    )
{%- endmacro %}
