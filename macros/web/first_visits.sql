{% macro first_visit_columns() -%}
    {#- Which sessions are the first of their visitor, or of the id that it would be without stitching:
        ever, of the day or month, and of these in their channel. Whoever counts those that are counts
        visitors, each once, without looking at any session twice. -#}
    {{ return(['is_new_visitor'] + first_of_period_columns()) }}
{%- endmacro %}

{% macro first_of_period_columns() -%}
    {#- The same without the first ones ever. -#}
    {% set columns = [] %}
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
    {#- CTEs that say of all sessions of `relations` which are the first ones, the last one `firsts`. An id
        that is null there is not looked at, and its columns are null.
        relations: names of relations with session_id, started_at, traffic_date, channel, visitor_id and
        unstitched_id. -#}
    {%- set ids = {'visitor': 'visitor_id', 'id': 'unstitched_id'} -%}
    {%- set parts = {'': '', 'channel_': ', channel'} -%}
    visits as (

        {% for relation in relations -%}
        select
            session_id,
            started_at,
            traffic_date,
            channel,
            visitor_id,
            unstitched_id
        from {{ relation }}
        {% if not loop.last -%}
        union all

        {% endif -%}
        {%- endfor %}
    ),

    visits_before as (

        select
            session_id,
            traffic_date,
            visitor_id,
            unstitched_id,
            {%- for id, column in ids.items() %}
            {%- for part, parted_by in parts.items() %}
            lag(traffic_date) over (
                partition by {{ column }}{{ parted_by }} order by started_at, session_id
            ) as {{ id }}_{{ part }}before{{ ',' if not loop.last }}
            {%- endfor %}{{ ',' if not loop.last }}
            {%- endfor %}
        from visits

    ),

    firsts as (

        select
            session_id,
            case when visitor_id is not null then visitor_before is null end as is_new_visitor,
            {%- for id, column in ids.items() %}
            {%- for part in parts %}
            case
                when {{ column }} is not null
                    then ({{ id }}_{{ part }}before is distinct from traffic_date)
            end as is_first_of_{{ id }}_{{ part }}day,
            case
                when {{ column }} is not null
                    then coalesce({{ id }}_{{ part }}before < {{ month_start('traffic_date') }}, true)
            end as is_first_of_{{ id }}_{{ part }}month{{ ',' if not loop.last }}
            {%- endfor %}{{ ',' if not loop.last }}
            {%- endfor %}
        from visits_before

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
