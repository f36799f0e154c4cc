{% test segments_sum_to_company(model, keys, columns, segments='customers') %}
    {#- Fails with each row of 'all' and each segment type whose rows, none at all included, do not
        sum to it in one of `columns`. keys: what the rows have beside the segment; segments: whose
        types, those of customers or those of the funnel. -#}
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
        company.*,
        types.segment_type as differing_segment_type
    from summed as company
    cross join {{ every_funnel_segment_type() if segments == 'funnel' else every_segment_type() }}
    left join summed
        on
            types.segment_type = summed.segment_type
            {%- for key in keys %}
                and company.{{ key }} = summed.{{ key }}
            {%- endfor %}
    where
        company.segment_type = 'all'
        and (
            {%- for column in columns %}
                {{ 'or ' if not loop.first }}company.{{ column }} <> coalesce(summed.{{ column }}, 0)
            {%- endfor %}
        )
{% endtest %}
