{% macro content_key(columns) -%}
    {#- A hash of the text of several columns, for rows that have no key of their own. Nulls and empty
        texts are told apart.
        columns: list of column names. -#}
    md5(concat_ws(
        '|'
        {%- for column in columns -%}
            , coalesce(cast({{ column }} as string), '<null>')
        {%- endfor -%}
    ))
{%- endmacro %}
