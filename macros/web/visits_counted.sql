{% macro visits_of_periods(period, period_of, span) -%}
    {#- A select of sessions and visitors by period and channel, and of all channels, of `counted`. A
        visitor of two channels is in the row of each, and once in that of all, counted where it first
        came.
        period: name of the column; period_of: macro that makes a period of a date; span: day or month. -#}
    {%- for part in ['channel_', ''] %}
    select
        {{ period_of('traffic_date') }} as {{ period }},
        {{ 'channel' if part else "'all'" }} as channel,
        {%- for name, column in {
            'sessions': 'sessions',
            'unique_visitors': 'visitors_of_' ~ part ~ span,
            'new_visitors': 'new_sessions',
            'new_sessions': 'new_sessions',
            'returning_sessions': 'returning_sessions',
            'sessions_without_visitor': 'sessions_without_visitor',
            'sessions_without_person': 'sessions_without_person',
            'visitors_without_person': 'visitors_without_person_of_' ~ part ~ span,
            'unstitched_visitors': 'unstitched_visitors_of_' ~ part ~ span,
            'engaged_sessions': 'engaged_sessions',
            'page_views': 'page_views',
        }.items() %}
        cast(sum({{ column }}) as bigint) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    group by {{ period_of('traffic_date') }}{{ ', channel' if part }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
{%- endmacro %}
