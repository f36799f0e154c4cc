{% macro visits_counted(period, period_of) -%}
    {#- CTEs that count `sessions` by period and channel; the last one is `final`. Channel all is counted
        from the sessions, not from the other rows: a visitor of two channels is one visitor. An
        incremental run counts those periods whose number of sessions, or the last run that decided one
        of them, is another one now; of periods that are no more it emits the key alone (forget_empty).
        A user without a person is an id of nobody, such as undefined, and counts as its device.
        period: name of the column; period_of: macro that makes a period of a date. -#}
    placed as (

        select
            sessions.*,
            {{ period_of(reporting_date('sessions.started_at')) }} as {{ period }},
            case when sessions.person_id is null or sessions.user_id is null then sessions.anonymous_id
                else 'user:' || sessions.user_id end as unstitched_id
        from sessions

    ),

    {%- if is_incremental() %}

    changed as (

        select coalesce(present.{{ period }}, known.{{ period }}) as {{ period }}
        from (
            select
                {{ period }},
                count(*) as sessions,
                max(decided_at) as decided_at
            from placed
            group by {{ period }}
        ) as present
        full outer join {{ counted_before(period) }} as known
            on present.{{ period }} = known.{{ period }}
        where
            present.sessions is distinct from known.sessions
            or present.decided_at is distinct from known.decided_at

    ),

    {%- endif %}

    groupings as (

        select false as is_all
        union all
        select true as is_all

    ),

    dated as (

        select
            placed.*,
            case when groupings.is_all then 'all' else placed.channel end as row_channel
        from placed
        {%- if is_incremental() %}
        inner join changed
            on placed.{{ period }} = changed.{{ period }}
        {%- endif %}
        cross join groupings

    ),

    counted as (

        select
            {{ period }},
            row_channel as channel,
            count(*) as sessions,
            count(distinct visitor_id) as unique_visitors,
            count(distinct case when is_new_visitor then visitor_id end) as new_visitors,
            count(case when is_new_visitor then 1 end) as new_sessions,
            count(case when not is_new_visitor then 1 end) as returning_sessions,
            count(case when visitor_id is null then 1 end) as sessions_without_visitor,
            count(case when person_id is null then 1 end) as sessions_without_person,
            count(distinct case when person_id is null then visitor_id end) as visitors_without_person,
            count(distinct unstitched_id) as unstitched_visitors,
            count(case when is_engaged then 1 end) as engaged_sessions,
            cast(sum(page_views) as bigint) as page_views,
            max(decided_at) as decided_at
        from dated
        group by {{ period }}, row_channel

    ),

    final as (

        select
            {%- if is_incremental() %}
            changed.{{ period }},
            {%- else %}
            counted.{{ period }},
            {%- endif %}
            {%- for column in [
                'channel', 'sessions', 'unique_visitors', 'new_visitors', 'new_sessions',
                'returning_sessions', 'sessions_without_visitor', 'sessions_without_person',
                'visitors_without_person', 'unstitched_visitors', 'engaged_sessions', 'page_views',
                'decided_at',
            ] %}
            counted.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        {%- if is_incremental() %}
        from changed
        left join counted
            on changed.{{ period }} = counted.{{ period }}
        {%- else %}
        from counted
        {%- endif %}

    )
{%- endmacro %}

{% macro counted_before(period) -%}
    {#- What an incremental run finds counted. A macro, so that unit tests can say what stands there: a
        fixture of `this` needs the table to exist. -#}
    (
        select
            {{ period }},
            sessions,
            decided_at
        from {{ this }}
        where channel = 'all'
    )
{%- endmacro %}

{% macro forget_empty() %}
    {#- A statement that deletes the keys of periods that have no session any more. -#}
    {{ return(delete_rows('channel is null')) }}
{% endmacro %}
