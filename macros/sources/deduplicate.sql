{% macro deduplicate(relation, keys, order_column='_fivetran_synced') -%}
    {#- A sub-select with one row for each key of `relation`: the one synced last; ties are broken by
        the row's whole content, so that the order of arrival never matters.
        Only rows whose key occurs twice pass through a window: a window over every row would cost
        more than all the rest of staging.
        keys: list of column expressions. -#}
    (
        select single_rows.*
        from {{ relation }} as single_rows
        where not exists (
            select 1
            from (
                select {% for key in keys %}{{ key }} as key_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
                from {{ relation }}
                group by {{ keys | join(', ') }}
                having count(*) > 1
            ) as repeated
            where
                {% for key in keys -%}
                    repeated.key_{{ loop.index }} is not distinct from {{ key }}
                    {{ 'and' if not loop.last }}
                {% endfor %}
        )
        union all
        select {{ star_of_latest() }}
        from (
            select
                candidate.*,
                row_number() over (
                    partition by {{ keys | join(', ') }}
                    order by {{ order_column }} desc nulls last, {{ row_content('candidate') }} desc
                ) as _latest_first
            from {{ relation }} as candidate
            where exists (
                select 1
                from (
                    select {% for key in keys %}{{ key }} as key_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
                    from {{ relation }}
                    group by {{ keys | join(', ') }}
                    having count(*) > 1
                ) as repeated
                where
                    {% for key in keys -%}
                        repeated.key_{{ loop.index }} is not distinct from {{ key }}
                        {{ 'and' if not loop.last }}
                    {% endfor %}
            )
        ) as ranked
        where _latest_first = 1
    )
{%- endmacro %}
