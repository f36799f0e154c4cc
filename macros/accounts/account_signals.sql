{% macro account_signals() %}
    {#- Signals of an account's engagement, in the order of columns; the seed account_engagement_weights
        weighs them. `person` is breadth: different people. -#}
    {{ return([
        'visit', 'engaged_visit', 'inbound_email', 'outbound_email', 'call', 'meeting', 'demo',
        'product_use', 'person',
    ]) }}
{% endmacro %}
