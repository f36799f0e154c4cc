{% macro traffic_report(period, period_of, span) -%}
    {#- CTEs of a traffic report by period and channel from `counted`; the last one is `final`.
        period: name of the column; period_of: macro that makes a period of a date; span: day or month. -#}
    visits as (

        {{ visits_of_periods(period, period_of, span) }}

    ),

    groupings as (

        select false as is_all
        union all
        select true as is_all

    ),

    conversions as (

        select
            {{ period_of(reporting_date('leads.created_at')) }} as {{ period }},
            case
                when groupings.is_all then 'all'
                else coalesce(lead_channels.channel, 'unattributed')
            end as channel
        from leads
        cross join groupings
        left join lead_channels
            on
                lead_channels.conversion_type = 'lead'
                and leads.lead_id = lead_channels.conversion_id
        where leads.created_at <= {{ as_of() }}

    ),

    new_leads as (

        select
            {{ period }},
            channel,
            count(*) as leads
        from conversions
        group by {{ period }}, channel

    ),

    -- Events without any id make no session; their pages stand in the rows of all channels.
    loose_pages as (

        select
            {{ period_of(reporting_date('started_at')) }} as {{ period }},
            'all' as channel,
            cast(sum(page_views) as bigint) as page_views
        from parts
        where
            stream_key is null
            {%- if policy('web_sources') != 'all' %}
            and event_source = '{{ policy("web_sources") }}'
            {%- endif %}
        group by 1

    ),

    listed as (

        select {{ period }}, channel from visits
        union
        select {{ period }}, channel from new_leads
        union
        select {{ period }}, channel from loose_pages

    ),

    final as (

        select
            listed.{{ period }},
            listed.channel,
            case when listed.channel <> 'all' then coalesce(channels.is_paid, false) end as is_paid,
            {%- for column in [
                'sessions', 'unique_visitors', 'new_visitors', 'new_sessions',
                'returning_sessions', 'sessions_without_visitor', 'sessions_without_person',
                'visitors_without_person', 'unstitched_visitors', 'engaged_sessions', 'page_views'
            ] %}
            coalesce(visits.{{ column }}, 0) as {{ column }},
            {%- endfor %}
            coalesce(visits.unique_visitors - visits.new_visitors, 0) as returning_visitors,
            case when listed.channel = 'all' then coalesce(loose_pages.page_views, 0) end
                as page_views_without_session,
            coalesce(new_leads.leads, 0) as leads,
            {{ ratio('visits.engaged_sessions', 'visits.sessions') }} as engagement_rate,
            {{ ratio('visits.sessions_without_person', 'visits.sessions') }} as anonymous_session_rate,
            {{ ratio('coalesce(new_leads.leads, 0)', 'visits.unique_visitors') }} as visitor_to_lead_rate
        from listed
        {%- for relation in ['visits', 'new_leads', 'loose_pages'] %}
        left join {{ relation }}
            on
                listed.{{ period }} = {{ relation }}.{{ period }}
                and listed.channel = {{ relation }}.channel
        {%- endfor %}
        left join channels
            on listed.channel = channels.channel

    )
{%- endmacro %}
