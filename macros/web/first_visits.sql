{% macro first_visit_columns() -%}
    {#- Which sessions are the first of their visitor, or of the id that it would be without stitching:
        ever, of the day or month, and of these in their channel. Whoever counts those that are counts
        visitors, each once, without looking at any session twice. -#}
    {% set columns = ['is_new_visitor'] %}
    {% for id in ['visitor', 'id'] %}
        {% for part in ['', 'channel_'] %}
            {% for period in ['day', 'month'] %}
                {% do columns.append('is_first_of_' ~ id ~ '_' ~ part ~ period) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
    {{ return(columns) }}
{%- endmacro %}

{% macro first_visits(relations) -%}
    {#- CTEs that say of all sessions of `relations` which are the first ones, the last one `firsts`. A
        visitor or id that is null there is not looked at, and its columns are null. Where nobody knows
        the person the id is the visitor, so that the sessions of persons alone are sorted by it.
        relations: names of relations with session_id, started_at, traffic_date, channel, person_id,
        visitor_id and unstitched_id. -#}
    {%- for id, column in {'visitor': 'visitor_id', 'id': 'unstitched_id'}.items() %}
    {{ id }}_visits as (

        select
            session_id,
            traffic_date,
            person_id is null as is_of_nobody,
            {{ column }},
            lag(traffic_date) over (
                partition by {{ column }} order by started_at, session_id
            ) as last_date,
            lag(traffic_date) over (
                partition by {{ column }}, channel order by started_at, session_id
            ) as last_channel_date
        from (
            {%- for relation in relations %}
            select
                session_id,
                started_at,
                traffic_date,
                channel,
                person_id,
                {{ column }}
            from {{ relation }}
            {%- if id == 'id' %}
            where person_id is not null
            {%- endif %}
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as visits

    ),

    {{ id }}_firsts as (

        select
            session_id,
            is_of_nobody,
            case when {{ column }} is not null then last_date is null end as is_first,
            {%- for part in ['', 'channel_'] %}
            case
                when {{ column }} is not null
                    then (last_{{ part }}date is distinct from traffic_date)
            end as is_first_of_{{ part }}day,
            case
                when {{ column }} is not null
                    then coalesce(last_{{ part }}date < {{ month_start('traffic_date') }}, true)
            end as is_first_of_{{ part }}month{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ id }}_visits

    ),
    {% endfor %}
    firsts as (

        select
            visitor_firsts.session_id,
            visitor_firsts.is_first as is_new_visitor,
            {%- for part in ['channel_', ''] %}
            {%- for period in ['day', 'month'] %}
            visitor_firsts.is_first_of_{{ part }}{{ period }}
                as is_first_of_visitor_{{ part }}{{ period }},
            case
                when visitor_firsts.is_of_nobody
                    then visitor_firsts.is_first_of_{{ part }}{{ period }}
                else id_firsts.is_first_of_{{ part }}{{ period }}
            end as is_first_of_id_{{ part }}{{ period }}{{ ',' if not loop.last }}
            {%- endfor %}{{ ',' if not loop.last }}
            {%- endfor %}
        from visitor_firsts
        left join id_firsts
            on visitor_firsts.session_id = id_firsts.session_id

    )
{%- endmacro %}

{% macro first_visits_counted() -%}
    {#- Select list of the visitors, and ids, that come first among the sessions of a group. -#}
    {%- for part in ['', 'channel_'] -%}
    {%- for period in ['day', 'month'] -%}
    {%- for name, condition in {
        'visitors': 'is_first_of_visitor_' ~ part ~ period,
        'visitors_without_person': 'person_id is null and is_first_of_visitor_' ~ part ~ period,
        'unstitched_visitors': 'is_first_of_id_' ~ part ~ period,
    }.items() %}
    count(case when {{ condition }} then 1 end) as {{ name }}_of_{{ part }}{{ period }}{{ ',' if not loop.last }}
    {%- endfor %}{{ ',' if not loop.last }}
    {%- endfor %}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
