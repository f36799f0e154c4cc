{% test funnel_segments_sum_to_all(model, keys, columns) %}
    {#- Fails with each row of 'all' and each segment type of the funnel whose rows, none at all included,
        do not sum to it in one of `columns`. keys: what the rows have beside the segment. -#}
    with summed as (

        select
            {{ keys | join(', ') }},
            segment_type,
            {%- for column in columns %}
                sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ model }}
        group by {{ keys | join(', ') }}, segment_type

    )

    select
        total.*,
        types.segment_type as differing_segment_type
    from summed as total
    cross join {{ every_funnel_segment_type() }}
    left join summed
        on
            types.segment_type = summed.segment_type
            {%- for key in keys %}
                and total.{{ key }} = summed.{{ key }}
            {%- endfor %}
    where
        total.segment_type = 'all'
        and (
            {%- for column in columns %}
                {{ 'or ' if not loop.first }}total.{{ column }} <> coalesce(summed.{{ column }}, 0)
            {%- endfor %}
        )
{% endtest %}
