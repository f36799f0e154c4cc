{% macro unequal_ranges() %}
    {#- The days (of the first event, UTC) whose sessions are not those that this model has, as ranges
        (day_ranges). Every session carries the run that joined it, so that another number of sessions of
        a day, or another last run, tells whatever was added, joined again or removed; no run can be
        missed. Days whose events are kept under settings of before are another day's in a new time zone. -#}
    {% if not execute %}{{ return([]) }}{% endif %}
    {% set counted = "select {} as session_date, event_source, count(*) as sessions, max(joined_at) as joined_at "
        "from {} where {} group by 1, 2" %}
    {% set source = "event_source = '" ~ policy('web_sources') ~ "'" if policy('web_sources') != 'all' else 'true' %}
    {{ return(day_ranges(
        "select distinct coalesce(present.session_date, known.session_date) from ("
        ~ counted.format('cast(started_at as date)', ref('int_web__sessions_built'), source)
        ~ ") as present full outer join (" ~ counted.format('session_date', this, 'true') ~ ") as known "
        "on present.session_date = known.session_date and present.event_source = known.event_source "
        "where present.sessions is distinct from known.sessions "
        "or present.joined_at is distinct from known.joined_at "
        "union select event_date from " ~ ref('int_web__event_days_tracked')
        ~ " where settings <> '" ~ session_settings() ~ "'"
    )) }}
{% endmacro %}

{% macro place_columns() %}
    {#- What whose user, device and origin a session has decides. -#}
    {{ return([
        'visitor_id', 'person_id', 'company_id', 'unstitched_id', 'channel', 'source', 'medium', 'campaign',
    ]) }}
{% endmacro %}

{% macro since_last_run() -%}
    {#- SQL condition of users, devices and origins that were found to be another one's after the last run of
        this model. -#}
    changed_at > (select coalesce(max(last_run.decided_at), timestamp '1970-01-01') from {{ this }} as last_run)
{%- endmacro %}

{% macro some_moved() %}
    {#- Whether there are any: if not, no session of another day has to be looked at. -#}
    {% if not execute %}{{ return(false) }}{% endif %}
    {% set found = "select member_id from {} where {} union all select origin_key from {} where {}".format(
        ref('int_web__session_owners'), since_last_run(), ref('int_web__channels_matched'), since_last_run()
    ) %}
    {{ return(run_query("select count(*) from (" ~ found ~ ") as found").rows[0][0] > 0) }}
{% endmacro %}

{% macro restated_sessions(columns) -%}
    {#- CTEs of an incremental run, the last one `rewritten`. Few columns of all sessions are read, and all
        columns of few. `decided`: the sessions of unequal days, new ones included, as they are now.
        `moved`: those of other days of which the user, device or origin is another one's, with their
        place now. `replaced`: what this model has of both. `untouched`: the other sessions of the
        visitors, and of the ids, that found or lost one; an id whose sessions are not all here is null.
        `firsts`: of all of them (first_visits). `rewritten`: what is written again of other days.
        columns: names of the columns but those of first_visit_columns and decided_at. -#}
    {%- set ranges = unequal_ranges() -%}
    {%- set some_moved = some_moved() -%}
    decided as (

        select
            {%- for column in columns %}
            placed.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from placed
        where {{ in_ranges(ranges, 'placed.started_at') }}

    ),

    {% if some_moved -%}
    channels as (

        select * from {{ ref('int_web__channels_matched') }}

    ),

    {{ session_owners() }},

    changed_users as (

        select member_id from users
        where {{ since_last_run() }}

    ),

    changed_devices as (

        select member_id from devices
        where {{ since_last_run() }}

    ),

    changed_origins as (

        select distinct origin_key from channels
        where {{ since_last_run() }}

    ),

    found as (

        select
            known.session_id,
            known.anonymous_id,
            known.user_id,
            known.visitor_id,
            known.unstitched_id,
            known.started_at,
            known.traffic_date,
            known.origin_key
        from {{ this }} as known
        left join changed_users
            on known.user_id = changed_users.member_id
        left join changed_devices
            on known.anonymous_id = changed_devices.member_id
        left join changed_origins
            on known.origin_key = changed_origins.origin_key
        where
            not {{ in_ranges(ranges, 'known.session_date') }}
            and (
                changed_users.member_id is not null
                or changed_devices.member_id is not null
                or changed_origins.origin_key is not null
            )

    ),

    moved as (

        select
            found.session_id,
            found.started_at,
            found.traffic_date,
            {{ visitor_of('found') }} as visitor_id,
            {{ owner('person_id') }} as person_id,
            {{ owner('account_id') }} as company_id,
            {{ unstitched_id('found') }} as unstitched_id,
            channels.channel,
            channels.source,
            channels.medium,
            channels.campaign
        from found
        left join users
            on found.user_id = users.member_id
        left join devices
            on found.anonymous_id = devices.member_id
        left join channels
            on {{ is_channel_of('found') }}

    ),

    {% endif -%}

    replaced as (

        select
            session_id,
            visitor_id,
            unstitched_id
        from {{ this }}
        where {{ in_ranges(ranges, 'session_date') }}
        {%- if some_moved %}

        union all

        select
            session_id,
            visitor_id,
            unstitched_id
        from found
        {%- endif %}

    ),

    {% for id, column in {'visitor': 'visitor_id', 'id': 'unstitched_id'}.items() -%}
    affected_{{ id }}s as (

        {% for relation in ['decided', 'replaced'] + (['moved'] if some_moved else []) -%}
        select {{ column }} from {{ relation }}
        where {{ column }} is not null
        {{ 'union' if not loop.last }}
        {% endfor %}
    ),

    {% endfor -%}

    others as (

        select
            known.session_id,
            known.started_at,
            known.traffic_date,
            known.channel,
            known.person_id,
            {%- for column in first_visit_columns() %}
            known.{{ column }},
            {%- endfor %}
            affected_visitors.visitor_id,
            affected_ids.unstitched_id
        from {{ this }} as known
        left join affected_visitors
            on known.visitor_id = affected_visitors.visitor_id
        left join affected_ids
            on known.unstitched_id = affected_ids.unstitched_id
        where
            not {{ in_ranges(ranges, 'known.session_date') }}
            and (
                affected_visitors.visitor_id is not null or affected_ids.unstitched_id is not null
            )

    ),

    untouched as (

        select others.* from others
        {%- if some_moved %}
        left join found
            on others.session_id = found.session_id
        where found.session_id is null
        {%- endif %}

    ),

    {{ first_visits(['decided', 'untouched'] + (['moved'] if some_moved else [])) }},

    rewritten as (

        select
            untouched.session_id,
            false as is_moved,
            {%- for column in place_columns() %}
            cast(null as string) as {{ column }},
            {%- endfor %}
            {%- for column in first_visit_columns() %}
            coalesce(firsts.{{ column }}, untouched.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from untouched
        inner join firsts
            on untouched.session_id = firsts.session_id
        where
            {%- for column in first_visit_columns() %}
            {{ 'or ' if not loop.first -}}
            coalesce(firsts.{{ column }}, untouched.{{ column }})
            is distinct from untouched.{{ column }}
            {%- endfor %}
        {%- if some_moved %}

        union all

        select
            moved.session_id,
            true as is_moved,
            {%- for column in place_columns() %}
            moved.{{ column }},
            {%- endfor %}
            {%- for column in first_visit_columns() %}
            firsts.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from moved
        inner join firsts
            on moved.session_id = firsts.session_id
        {%- endif %}

    )
{%- endmacro %}
