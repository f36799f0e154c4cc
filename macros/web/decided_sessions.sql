{% macro decided_sessions(columns) -%}
    {#- A select of all sessions with which are the first ones. In an incremental run of what it changes
        (restated_sessions): the sessions of unequal days; those of other days that have another place, are
        the first ones now, or are it no more; and of what is no more the key alone (forget_gone).
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
        {% if column in place_columns() -%}
            case when rewritten.is_moved then rewritten.{{ column }} else known.{{ column }} end as {{ column }},
        {%- else -%}
            known.{{ column }},
        {%- endif %}
        {%- endfor %}
        {%- for column in first_visit_columns() %}
        rewritten.{{ column }},
        {%- endfor %}
        {{ run_instant() }} as decided_at
    from {{ this }} as known
    inner join rewritten
        on known.session_id = rewritten.session_id

    union all

    select
        {%- for column in columns %}
        {{ 'replaced.session_id' if column == 'session_id' else 'null' }} as {{ column }},
        {%- endfor %}
        {%- for column in first_visit_columns() %}
        null as {{ column }},
        {%- endfor %}
        null as decided_at
    from replaced
    left join decided
        on replaced.session_id = decided.session_id
    left join rewritten
        on replaced.session_id = rewritten.session_id
    where decided.session_id is null and rewritten.session_id is null
    {%- endif %}
{%- endmacro %}
