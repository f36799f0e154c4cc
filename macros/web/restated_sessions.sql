{% macro unequal_days() -%}
    {#- A select of the days (of the first event, UTC) and sources whose sessions are not those that this
        model has. Every session carries the run that joined it, so that another number of sessions, or
        another last run, tells whatever was added, joined again or removed; no run can be missed. -#}
    select
        coalesce(present.session_date, known.session_date) as session_date,
        coalesce(present.event_source, known.event_source) as event_source
    from (
        select
            cast(started_at as date) as session_date,
            event_source,
            count(*) as sessions,
            max(joined_at) as joined_at
        from {{ ref('int_web__sessions_built') }}
        {%- if policy('web_sources') != 'all' %}
        where event_source = '{{ policy("web_sources") }}'
        {%- endif %}
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

{% macro stale_sessions(columns) -%}
    {#- CTEs of an incremental run. `stale`: the sessions as they are in this model that are of an unequal
        day, or whose person, account, channel or day would be another one now. `decided`: what they, and
        sessions that are new, are now. On the other days a session is what it was but for its place,
        so that it is not looked up once more. -#}
    {%- set now = {
        'visitor_id': visitor_of('known'), 'person_id': owner('person_id'),
        'company_id': owner('account_id'), 'unstitched_id': unstitched_id('known'),
        'traffic_date': reporting_date('known.started_at'), 'channel': 'channels.channel',
        'source': 'channels.source', 'medium': 'channels.medium', 'campaign': 'channels.campaign',
    } -%}
    channels as (

        select * from {{ ref('int_web__channels_matched') }}

    ),

    {{ session_owners() }},

    unequal_days as (

        {{ unequal_days() }}

    ),

    stale as (

        select
            known.*,
            unequal_days.session_date is not null as is_of_unequal_day,
            {%- for column, value in now.items() %}
            {{ value }} as {{ column }}_now{{ ',' if not loop.last }}
            {%- endfor %}
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
            on {{ is_channel_of('known') }}
        where
            unequal_days.session_date is not null
            {%- for column in now if column not in ['visitor_id', 'unstitched_id'] %}
            or {{ now[column] }} is distinct from known.{{ column }}
            {%- endfor %}

    ),

    decided as (

        select
            {%- for column in columns %}
            placed.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from placed
        inner join unequal_days
            on
                placed.session_date = unequal_days.session_date
                and placed.event_source = unequal_days.event_source

        union all

        select
            {%- for column in columns %}
            stale.{{ column }}{{ '_now' if column in now }}{{ ',' if not loop.last }}
            {%- endfor %}
        from stale
        where not is_of_unequal_day

    )
{%- endmacro %}

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
