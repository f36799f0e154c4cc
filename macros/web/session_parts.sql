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
            coalesce(source, medium, campaign) is not null
            or click_id_kind in ('{{ click_id_kinds() | join("', '") }}')
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
    {#- The columns that `summed_events` makes, of a part without touches. -#}
    cast(null as string) as opening_touch, cast(null as string) as closing_touch, {# -#}
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
