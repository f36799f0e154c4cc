{% macro session_settings() -%}
    {#- The policies that sessions are cut by, as text; what was built under others is built again.
        Raise the version where the rules themselves change. -#}
    version 3; timeout {{ policy('session_timeout_minutes') }}; campaign {{ policy('split_on_campaign') }}; {# -#}
    midnight {{ policy('split_on_midnight') }}; zone {{ var('reporting_timezone') }}
{%- endmacro %}

{% macro keyed_sessions_are_cut() %}
    {#- Whether sessions that the source has keys for can be cut by a policy. -#}
    {{ return(policy('split_on_campaign') or policy('split_on_midnight')) }}
{% endmacro %}

{% macro cut_by_moment() -%}
    {#- Whether an event is of a stream that is cut into sessions here. -#}
    {%- if keyed_sessions_are_cut() -%}
        coalesce(source_session_key, anonymous_id, user_id) is not null
    {%- else -%}
        source_session_key is null and coalesce(anonymous_id, user_id) is not null
    {%- endif -%}
{%- endmacro %}

{% macro moment_of_event() -%}
    {#- When an event was, in microseconds, where its stream is cut into sessions here; else null. -#}
    case when {{ cut_by_moment() }} then {{ utc_to_micros('occurred_at') }} end
{%- endmacro %}

{% macro part_of_loose_event() -%}
    {#- Of an event without any id, which has no session that could be dated: 1 where its day is that of
        the reporting time zone, 0 where it is the day before there, 2 where the day after; null for
        others, and where that time zone is UTC. -#}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast(null as integer)
    {%- else -%}
        case
            when coalesce(source_session_key, anonymous_id, user_id) is not null then null
            when {{ reporting_date('occurred_at') }} < event_date then 0
            when {{ reporting_date('occurred_at') }} > event_date then 2
            else 1
        end
    {%- endif -%}
{%- endmacro %}

{% macro starts_anew() -%}
    {#- 1 for a moment or part that begins a session, else 0, in window w of its stream: rules of
        inactivity (not for sessions that the source has keys for), campaign and midnight. -#}
    case
        when lag(ended_at) over w is null then 1
        when
            not is_keyed
            and {{ utc_to_micros('started_at') }} - {{ utc_to_micros('lag(ended_at) over w') }}
            > {{ policy('session_timeout_minutes') }} * 60000000
            then 1
        {%- if policy('split_on_midnight') %}
        when {{ reporting_date('started_at') }} > {{ reporting_date('lag(ended_at) over w') }} then 1
        {%- endif %}
        {%- if policy('split_on_campaign') %}
        when
            opening_touch <> coalesce({{ last_known('closing_touch', 'w') }}, '')
            then 1
        {%- endif %}
        else 0
    end
{%- endmacro %}

{% macro is_engaged_session() -%}
    {#- Two pages or more, a key event, the source's own word, or more than 10 seconds of engagement; where
        the source measures none, the time between first and last event stands for it. -#}
    (
        page_views >= 2
        or key_events > 0
        or flagged_engaged = 1
        or coalesce(engagement_ms, 1000 * {{ seconds_between('started_at', 'ended_at') }}) > 10000
    )
{%- endmacro %}

{% macro first_named(part) -%}
    {#- A part of what a session's addresses name, where they name it no later than the landing page, or
        the landing page itself tells nothing; else null. -#}
    case
        when referrer_host is null or traffic.seen_at <= landing.seen_at
            then nullif(traffic.{{ part }}, '')
    end
{%- endmacro %}
