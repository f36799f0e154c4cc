{% macro first_sessions(columns) -%}
    {#- CTEs that say of `resolved` which sessions are the first of their visitors; the last one is
        `final`. An incremental run looks at all sessions of the visitors that it found or lost a
        session of, and emits those of the others besides whose answer is another one now; of what is
        no more it emits the key alone (forget_gone).
        columns: names of the columns but is_new_visitor and decided_at. -#}
    {%- if is_incremental() %}
    affected as (

        select visitor_id from resolved
        where visitor_id is not null
        union
        select visitor_id from stale
        where visitor_id is not null

    ),

    untouched as (

        select known.*
        from {{ this }} as known
        inner join affected
            on known.visitor_id = affected.visitor_id
        left join stale
            on known.session_id = stale.session_id
        where stale.session_id is null

    ),
    {%- endif %}

    first_sessions as (

        select
            visitor_id,
            min({{ struct_of({'started_at': 'started_at', 'session_id': 'session_id'}) }}) as first_one
        from (
            select
                visitor_id,
                started_at,
                session_id
            from resolved
            {%- if is_incremental() %}
            union all
            select
                visitor_id,
                started_at,
                session_id
            from untouched
            {%- endif %}
        ) as visits
        where visitor_id is not null
        group by visitor_id

    ),

    final as (

        select
            {%- for column in columns %}
            resolved.{{ column }},
            {%- endfor %}
            resolved.session_id = (first_sessions.first_one).session_id as is_new_visitor,
            {{ run_instant() }} as decided_at
        from resolved
        left join first_sessions
            on resolved.visitor_id = first_sessions.visitor_id
        {%- if is_incremental() %}
        union all
        select
            {%- for column in columns %}
            untouched.{{ column }},
            {%- endfor %}
            not untouched.is_new_visitor as is_new_visitor,
            {{ run_instant() }} as decided_at
        from untouched
        inner join first_sessions
            on untouched.visitor_id = first_sessions.visitor_id
        where untouched.is_new_visitor <> (untouched.session_id = (first_sessions.first_one).session_id)
        union all
        select
            {%- for column in columns %}
            {{ 'stale.session_id' if column == 'session_id' else 'null' }} as {{ column }},
            {%- endfor %}
            null as is_new_visitor,
            null as decided_at
        from stale
        left join resolved
            on stale.session_id = resolved.session_id
        where resolved.session_id is null
        {%- endif %}

    )
{%- endmacro %}
