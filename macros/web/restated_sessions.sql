{% macro unequal_days(relation) -%}
    {#- A select of the days (of the first event, UTC) and sources whose sessions are not those that this
        model has. Every session carries the run that joined it, so that another number of sessions, or
        another last run, tells whatever was added, joined again or removed; no run can be missed.
        relation: CTE of the sessions. -#}
    select
        coalesce(present.session_date, known.session_date) as session_date,
        coalesce(present.event_source, known.event_source) as event_source
    from (
        select
            cast(started_at as date) as session_date,
            event_source,
            count(*) as sessions,
            max(joined_at) as joined_at
        from {{ relation }}
        group by 1, 2
    ) as present
    full outer join (
        select
            session_date,
            event_source,
            count(*) as sessions,
            max(joined_at) as joined_at
        from {{ this }}
        group by 1, 2
    ) as known
        on
            present.session_date = known.session_date
            and present.event_source = known.event_source
    where
        present.sessions is distinct from known.sessions
        or present.joined_at is distinct from known.joined_at
{%- endmacro %}

{% macro stale_sessions() -%}
    {#- CTEs of an incremental run, the last one `stale`: the sessions as they are in this model that are
        of an unequal day, or whose person or channel would be another one now. -#}
    unequal_days as (

        {{ unequal_days('sessions') }}

    ),

    stale as (

        select
            known.session_id,
            known.visitor_id
        from {{ this }} as known
        left join unequal_days
            on
                known.session_date = unequal_days.session_date
                and known.event_source = unequal_days.event_source
        left join users
            on known.user_id = users.member_id
        left join devices
            on known.anonymous_id = devices.member_id
        left join channels
            on
                known.origin_key = channels.origin_key
                and {{ reporting_date('known.started_at') }} >= channels.valid_from
                and {{ reporting_date('known.started_at') }} < channels.valid_to
        where
            unequal_days.session_date is not null
            or coalesce(users.person_id, devices.person_id) is distinct from known.person_id
            {%- for column in ['channel', 'source', 'medium', 'campaign'] %}
            or channels.{{ column }} is distinct from known.{{ column }}
            {%- endfor %}

    )
{%- endmacro %}

{% macro first_sessions(columns) -%}
    {#- CTEs that say of `resolved` which sessions are the first of their visitors; the last one is
        `final`. An incremental run looks at all sessions of the visitors that it found or lost a
        session of, and emits those of the others besides whose answer is another one now; of what is
        no more it emits the key alone (forget_gone).
        columns: names of the columns but is_new_visitor. -#}
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
            resolved.session_id = (first_sessions.first_one).session_id as is_new_visitor
        from resolved
        left join first_sessions
            on resolved.visitor_id = first_sessions.visitor_id
        {%- if is_incremental() %}
        union all
        select
            {%- for column in columns %}
            untouched.{{ column }},
            {%- endfor %}
            not untouched.is_new_visitor as is_new_visitor
        from untouched
        inner join first_sessions
            on untouched.visitor_id = first_sessions.visitor_id
        where untouched.is_new_visitor <> (untouched.session_id = (first_sessions.first_one).session_id)
        union all
        select
            {%- for column in columns %}
            {{ 'stale.session_id' if column == 'session_id' else 'null' }} as {{ column }},
            {%- endfor %}
            null as is_new_visitor
        from stale
        left join resolved
            on stale.session_id = resolved.session_id
        where resolved.session_id is null
        {%- endif %}

    )
{%- endmacro %}
