{% macro first_misfit(origin, column, found_type, row_key) %}
    {#- (row key, value) of one value that the declared type cannot hold, or none; of a nested column
        (none, path, found type, declared type) of such a part. Only columns whose found type is of
        another family are read. -#}
    {% set found = type_family(found_type) %}
    {#- `holds`: what a column that stays text must be readable as. -#}
    {% set data_type = (column.config.meta or {}).get('holds', column.data_type) %}
    {% set declared = type_family(data_type) %}
    {% if is_nested(found_type) and is_nested(data_type) %}
        {% set part = nested_misfit(found_type, data_type) %}
        {{ return((none, part[0], part[1], part[2]) if part else none) }}
    {% endif %}
    {% if fits_without_looking(found, declared) %}
        {{ return(none) }}
    {% endif %}
    {% set value = adapter.quote(column.name) %}
    {% set text_value = "nullif(trim(cast(" ~ value ~ " as string)), '')" %}
    {% set wrong = 'try_cast(' ~ text_value ~ ' as '
        ~ engine_type('timestamptz' if declared == 'timestamp' else data_type) ~ ') is null' %}
    {% if declared == 'int' %}
        {#- A cast would round 10.5 to 11 without a word. -#}
        {% set wrong = '(try_cast(' ~ text_value ~ ' as double) is null or try_cast(' ~ text_value
            ~ ' as double) <> floor(try_cast(' ~ text_value ~ ' as double)))' %}
    {% endif %}
    {% set rows = run_query(
        'select cast(' ~ adapter.quote(row_key) ~ ' as string), ' ~ text_value ~ ' from ' ~ origin
        ~ ' where ' ~ text_value ~ ' is not null and ' ~ wrong ~ ' order by all limit 1'
    ).rows %}
    {{ return(rows[0] if rows | length > 0 else none) }}
{% endmacro %}
