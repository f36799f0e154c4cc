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
