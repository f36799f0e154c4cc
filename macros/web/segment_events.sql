{% macro segment_events(relation, page_prefix, event_name=none) -%}
    {#- Calls of a Segment table as they were delivered.
        page_prefix: what the names of the page's columns begin with; event_name: column of the name. -#}
    with

    raw_calls as (
        select * from {{ relation }}
    ),

    renamed as (
        select
            id as event_key,
            {{ row_hash(['id']) }} as key_hash,
            anonymous_id,
            user_id,
            {% if event_name %}{{ event_name }} as event_name,
            {% endif -%}
            {{ page_prefix }}url as page_url,
            {{ page_prefix }}referrer as page_referrer,
            lower({{ traffic_text('context_campaign_source') }}) as source,
            lower({{ traffic_text('context_campaign_medium') }}) as medium,
            {{ traffic_text('context_campaign_name') }} as campaign,
            {{ click_id_kind(page_prefix ~ 'url') }} as click_id_kind,
            case
                when context_user_agent is null then null
                when {{ text_matches('context_user_agent', "'iPad|Tablet'") }} then 'tablet'
                when {{ text_matches('context_user_agent', "'Mobi|iPhone|Android'") }} then 'mobile'
                else 'desktop'
            end as device_category,
            cast(timestamp as date) as event_date,
            {{ utc_to_micros('cast(timestamp as date)') }} as event_micros,
            timestamp as occurred_at,
            received_at
        from raw_calls
        {%- if event_name %}
        where anonymous_id is not null or {{ page_prefix }}url is not null
        {%- endif %}
    )

    select * from renamed
{%- endmacro %}
