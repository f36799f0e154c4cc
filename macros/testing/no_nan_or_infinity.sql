{% test no_nan_or_infinity(model, columns) %}
    {#- Fails with each row that has NaN or an infinity in one of `columns` (doubles). -#}
    select *
    from {{ model }}
    where
        {% for column in columns -%}
            {{ 'or ' if not loop.first }}{{ column }} in (
                cast('NaN' as double), cast('Infinity' as double), cast('-Infinity' as double)
            )
        {% endfor %}
{% endtest %}
