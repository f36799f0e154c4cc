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
