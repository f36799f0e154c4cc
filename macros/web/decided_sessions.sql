{% macro sessions_of_the_same() -%}
    {#- CTEs of an incremental run, the last one `untouched`: the other sessions of the visitors, and of the
        ids, that found or lost one. An id whose sessions are not all here is null. -#}
    {%- set ids = {'visitor': 'visitor_id', 'id': 'unstitched_id'} -%}
    {%- for id, column in ids.items() %}
    affected_{{ id }}s as (

        select {{ column }} from decided
        where {{ column }} is not null
        union
        select {{ column }} from stale
        where {{ column }} is not null

    ),
    {% endfor %}
    known_again as (

        select
            known.*,
            affected_visitors.visitor_id as affected_visitor_id,
            affected_ids.unstitched_id as affected_id
        from {{ this }} as known
        left join affected_visitors
            on known.visitor_id = affected_visitors.visitor_id
        left join affected_ids
            on known.unstitched_id = affected_ids.unstitched_id
        left join stale
            on known.session_id = stale.session_id
        where
            stale.session_id is null
            and (
                affected_visitors.visitor_id is not null or affected_ids.unstitched_id is not null
            )

    ),

    untouched as (

        select
            session_id,
            started_at,
            traffic_date,
            channel,
            person_id,
            affected_visitor_id as visitor_id,
            affected_id as unstitched_id
        from known_again

    )
{%- endmacro %}

{% macro decided_sessions(columns) -%}
    {#- A select of all sessions with which are the first ones. In an incremental run of what it changes:
        the sessions that it decides again; those of the same visitors that are the first ones now, or
        are it no more; and of what is no more the key alone (forget_gone).
        columns: names of the columns but those of first_visit_columns and decided_at. -#}
    {%- set now = 'decided' if is_incremental() else 'placed' -%}
    select
        {%- for column in columns %}
        {{ now }}.{{ column }},
        {%- endfor %}
        {%- for column in first_visit_columns() %}
        firsts.{{ column }},
        {%- endfor %}
        {{ run_instant() }} as decided_at
    from {{ now }}
    inner join firsts
        on {{ now }}.session_id = firsts.session_id
    {%- if is_incremental() %}

    union all

    select
        {%- for column in columns %}
        known_again.{{ column }},
        {%- endfor %}
        {%- for column in first_visit_columns() %}
        coalesce(firsts.{{ column }}, known_again.{{ column }}) as {{ column }},
        {%- endfor %}
        {{ run_instant() }} as decided_at
    from known_again
    inner join firsts
        on known_again.session_id = firsts.session_id
    where
        {%- for column in first_visit_columns() %}
        {{ 'or ' if not loop.first -}}
        coalesce(firsts.{{ column }}, known_again.{{ column }})
        is distinct from known_again.{{ column }}
        {%- endfor %}

    union all

    select
        {%- for column in columns %}
        {{ 'stale.session_id' if column == 'session_id' else 'null' }} as {{ column }},
        {%- endfor %}
        {%- for column in first_visit_columns() %}
        null as {{ column }},
        {%- endfor %}
        null as decided_at
    from stale
    left join decided
        on stale.session_id = decided.session_id
    where stale.is_of_unequal_day and decided.session_id is null
    {%- endif %}
{%- endmacro %}
