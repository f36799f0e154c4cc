{% macro first_of_day(relation, keys) -%}
    {#- A sub-select with one row for each key of `relation` within an `event_date`, as `deduplicate`
        makes it, but so that a filter on event_date reaches the raw data: a daily run must not look
        for repeated keys in all of history. Of several deliveries the one received last counts.
        keys: list of columns. -#}
    {%- set key_hash = row_hash(keys) -%}
    (
        with repeated as (
            select
                event_date as repeated_date,
                {{ key_hash }} as repeated_hash
            from {{ relation }}
            group by event_date, {{ key_hash }}
            having count(*) > 1
        )

        select single_rows.*
        from {{ relation }} as single_rows
        left join repeated
            on
                single_rows.event_date = repeated.repeated_date
                and {{ key_hash }} = repeated.repeated_hash
        where repeated.repeated_hash is null

        union all

        select {{ star_of_latest() }}
        from (
            select
                candidate.*,
                row_number() over (
                    partition by event_date, {{ keys | join(', ') }}
                    order by received_at desc nulls last, {{ row_content('candidate') }} desc
                ) as _latest_first
            from {{ relation }} as candidate
            inner join repeated
                on
                    candidate.event_date = repeated.repeated_date
                    and {{ key_hash }} = repeated.repeated_hash
        ) as ranked
        where _latest_first = 1
    )
{%- endmacro %}
