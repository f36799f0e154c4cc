{% macro delivered_once(relation, repeated_relation=none, key='event_key', key_hash='key_hash') -%}
    {#- A sub-select with one row for each key of `relation` within its `event_micros`, as `deduplicate`
        makes it, but so that a filter on event_micros reaches the raw files: a daily run must not look
        for repeated keys in all of history. Of several deliveries the one received last counts.
        relation: a view (a CTE would be kept in memory, as it is read three times); repeated_relation: its
        rows with a key_hash that another one has, where they can be read for less; key: column;
        key_hash: column, equal for equal keys. -#}
    (
        with repeated as (
            select
                event_micros as repeated_micros,
                {{ key_hash }} as repeated_hash
            from {{ relation }}
            group by event_micros, {{ key_hash }}
            having count(*) > 1
        )

        select single_rows.*
        from {{ relation }} as single_rows
        left join repeated
            on
                single_rows.event_micros = repeated.repeated_micros
                and single_rows.{{ key_hash }} = repeated.repeated_hash
        where repeated.repeated_hash is null

        union all

        select {{ star_of_latest() }}
        from (
            select
                candidate.*,
                row_number() over (
                    partition by candidate.event_micros, candidate.{{ key }}
                    order by candidate.received_at desc nulls last, {{ row_content('candidate') }} desc
                ) as _latest_first
            from {{ repeated_relation or relation }} as candidate
            {%- if not repeated_relation %}
            inner join repeated
                on
                    candidate.event_micros = repeated.repeated_micros
                    and candidate.{{ key_hash }} = repeated.repeated_hash
            {%- endif %}
        ) as ranked
        where _latest_first = 1
    )
{%- endmacro %}
