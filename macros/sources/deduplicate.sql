{% macro deduplicate(relation, keys, order_column='_fivetran_synced') -%}
    {#- A sub-select with one row for each key of `relation`: the one synced last; ties are broken by
        the row's whole content, so that the order of arrival never matters.
        Only rows whose key's hash occurs twice pass through a window, which is exact: a window over
        every row, or a join on the keys, would cost more than all the rest of staging.
        keys: list of column expressions. -#}
    {%- set key_hash = row_hash(keys) -%}
    (
        with repeated as (
            select {{ key_hash }} as key_hash
            from {{ relation }}
            group by {{ key_hash }}
            having count(*) > 1
        )

        select single_rows.*
        from {{ relation }} as single_rows
        where {{ key_hash }} not in (select repeated.key_hash from repeated)

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
            where {{ key_hash }} in (select repeated.key_hash from repeated)
        ) as ranked
        where _latest_first = 1
    )
{%- endmacro %}
