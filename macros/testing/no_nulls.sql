{% test no_nulls(model, columns) %}
    {#- Fails with each row that has a null in one of `columns`: one pass over a view, where a
        not_null test for each column would read it as many times. -#}
    select *
    from {{ model }}
    where {{ columns | join(' is null or ') }} is null
{% endtest %}
