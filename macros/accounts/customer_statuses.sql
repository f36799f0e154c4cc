{% macro customer_statuses() %}
    {#- What a customer can be (dim_customers.status), the furthest first. -#}
    {{ return(['active', 'past_due', 'paused', 'trialing', 'free', 'churned']) }}
{% endmacro %}

{% macro customer_status_rank(status) -%}
    {#- The place of a status in customer_statuses, from 1. -#}
    case {{ status }}
        {%- for one in customer_statuses() %}
        when '{{ one }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}
