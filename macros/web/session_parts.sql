{% macro session_settings() -%}
    {#- The policies that sessions are cut by, as text; what was built under others is built again.
        Raise the version where the rules themselves change. -#}
    version 1; timeout {{ policy('session_timeout_minutes') }}; campaign {{ policy('split_on_campaign') }}; {# -#}
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

{% macro landing_of_event() -%}
    {#- The page of an event as a struct whose least one is the landing page of its session: a page that
        was viewed, the earliest. -#}
    {{ struct_of({
        'is_no_view': "case when event_name = 'page_view' then 0 else 1 end",
        'seen_at': 'occurred_at',
        'page_url': 'page_url',
        'page_referrer': "coalesce(page_referrer, '')",
    }) }}
{%- endmacro %}

{% macro traffic_of_event() -%}
    {#- Where an event came from as a struct whose least one is that of its session, the earliest; null
        where the event does not say. A click id says it only where ads alone have it: fbclid is on
        every link. -#}
    case
        when
            source is not null
            or click_id_kind in ('gclid', 'dclid', 'msclkid', 'li_fat_id', 'ttclid')
            then {{ struct_of({
                'seen_at': 'occurred_at',
                'source': "coalesce(source, '')",
                'medium': "coalesce(medium, '')",
                'campaign': "coalesce(campaign, '')",
                'click_id_kind': "coalesce(click_id_kind, '')",
            }) }}
    end
{%- endmacro %}

{% macro touch_of(traffic) -%}
    {#- The text by which one campaign is told from another; null where sessions are not cut by it. -#}
    {%- if policy('split_on_campaign') -%}
        {{ traffic }}.source || '|' || {{ traffic }}.medium || '|' || {{ traffic }}.campaign
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}

{% macro last_touch() -%}
    {#- The latest touch of a group of moments. -#}
    max(case when closing_touch is not null then {{ struct_of({
        'seen_at': 'started_at', 'touch': 'closing_touch'
    }) }} end).touch
{%- endmacro %}

{% macro summed_events() -%}
    {#- Select list that sums events to one moment or session of a day. -#}
    max(anonymous_id) as anonymous_id,
    max(user_id) as user_id,
    min(occurred_at) as started_at,
    max(occurred_at) as ended_at,
    count(*) as events,
    cast(sum(case when event_name = 'page_view' then 1 else 0 end) as bigint) as page_views,
    cast(sum(case when is_key_event then 1 else 0 end) as bigint) as key_events,
    cast(sum(engagement_ms) as bigint) as engagement_ms,
    max(case when is_engaged_flag then 1 else 0 end) as flagged_engaged,
    min(case when page_url is not null then {{ landing_of_event() }} end) as landing,
    min({{ traffic_of_event() }}) as traffic,
    max(country) as country,
    max(device_category) as device_category
{%- endmacro %}

{% macro part_measures() -%}
    {#- The columns that `summed_events` makes. -#}
    anonymous_id, user_id, started_at, ended_at, events, page_views, key_events, engagement_ms, {# -#}
    flagged_engaged, landing, traffic, country, device_category
{%- endmacro %}

{% macro merged_parts() -%}
    {#- Select list that merges parts of one session, whatever their number: moments or days. -#}
    max(anonymous_id) as anonymous_id,
    max(user_id) as user_id,
    min(started_at) as started_at,
    max(ended_at) as ended_at,
    cast(sum(events) as bigint) as events,
    cast(sum(page_views) as bigint) as page_views,
    cast(sum(key_events) as bigint) as key_events,
    cast(sum(engagement_ms) as bigint) as engagement_ms,
    max(flagged_engaged) as flagged_engaged,
    min(landing) as landing,
    min(traffic) as traffic,
    max(country) as country,
    max(device_category) as device_category
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

{% macro traffic_is_first() -%}
    {#- Whether what a session's addresses name comes no later than its landing page, or the landing page
        itself tells nothing. -#}
    referrer_host is null or traffic.seen_at <= landing.seen_at
{%- endmacro %}
