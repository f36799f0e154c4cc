{% test expression_is_true(model, expression) %}
    {#- Fails with each row of which `expression` is not true; null is not true. -#}
    select *
    from {{ model }}
    where not coalesce(({{ expression }}), false)
{% endtest %}
