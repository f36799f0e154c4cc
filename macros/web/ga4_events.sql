{% macro ga4_events(relation, only_repeated=false) -%}
    {#- Events of a table of the GA4 export as they were delivered, with the parameters that are read.
        only_repeated: only those whose key_hash another one of the same time has; they are chosen before
        anything is unpacked, which is the dearest part of reading web events.
        `event_key` tells one event from another: the keys of its batch where the export has them
        (since 2024) and the device is known, else what the event holds besides. -#}
    {%- set told_apart_by = ['user_pseudo_id', 'event_timestamp', 'event_name', 'batch_event_index'] %}
    with

    raw_events as (
        {% if only_repeated -%}
            select delivered.*
            from {{ relation }} as delivered
            inner join (
                select
                    event_timestamp,
                    {{ row_hash(told_apart_by) }} as repeated_hash
                from {{ relation }}
                group by 1, 2
                having count(*) > 1
            ) as repeated
                on
                    delivered.event_timestamp = repeated.event_timestamp
                    and {{ row_hash(told_apart_by | map('replace', '', 'delivered.', 1) | list) }}
                    = repeated.repeated_hash
        {%- else -%}
            select * from {{ relation }}
        {%- endif %}
    ),

    typed as (
        select
            *,
            {{ micros_to_utc('event_timestamp') }} as occurred_at,
            cast({{ micros_to_utc('event_timestamp') }} as date) as event_date_utc,
            {{ event_param_text('event_params', 'page_location') }} as page_url,
            {{ event_param_text('event_params', 'page_referrer') }} as page_referrer,
            {{ event_param_int('event_params', 'ga_session_id') }} as ga_session_id,
            {{ event_param_int('event_params', 'engagement_time_msec') }} as engagement_ms,
            {{ event_param_text('event_params', 'session_engaged') }} as session_engaged,
            {{ traffic_text(event_param_text('event_params', 'source')) }} as param_source,
            {{ traffic_text(event_param_text('event_params', 'medium')) }} as param_medium,
            {{ traffic_text(event_param_text('event_params', 'campaign')) }} as param_campaign,
            {{ traffic_text('collected_traffic_source.manual_source') }} as own_source,
            coalesce(
                user_pseudo_id is null or batch_page_id is null or batch_ordering_id is null, true
            ) as is_without_key
        from raw_events
    ),

    keyed as (
        select
            *,
            concat_ws(
                '.',
                coalesce(user_pseudo_id, ''),
                cast(event_timestamp as string),
                event_name,
                coalesce(cast(event_bundle_sequence_id as string), ''),
                coalesce(cast(batch_page_id as string), ''),
                coalesce(cast(batch_ordering_id as string), ''),
                coalesce(cast(batch_event_index as string), ''),
                case
                    when is_without_key
                        then {{ content_key([
                            'event_params', 'stream_id', 'platform', 'user_id', 'device', 'geo'
                        ]) }}
                end
            ) as event_key
        from typed
    ),

    renamed as (
        select
            event_key,
            user_pseudo_id,
            user_id,
            stream_id,
            ga_session_id,
            event_name,
            page_url,
            page_referrer,
            -- Source, medium and campaign are of one place: those of the address go together.
            lower(coalesce(own_source, param_source)) as source,
            lower(
                case
                    when own_source is not null
                        then {{ traffic_text('collected_traffic_source.manual_medium') }}
                    else param_medium
                end
            ) as medium,
            coalesce(
                case
                    when own_source is not null
                        then {{ traffic_text('collected_traffic_source.manual_campaign_name') }}
                    else param_campaign
                end,
                -- Auto-tagged ads name their campaign nowhere else.
                case
                    when
                        collected_traffic_source.gclid is not null
                        or {{ click_id_kind('page_url') }} in ('gbraid', 'wbraid')
                        then {{ traffic_text(
                            'session_traffic_source_last_click.google_ads_campaign.campaign_name'
                        ) }}
                end
            ) as campaign,
            coalesce(
                case
                    when collected_traffic_source.gclid is not null then 'gclid'
                    when collected_traffic_source.dclid is not null then 'dclid'
                end,
                {{ click_id_kind('page_url') }}
            ) as click_id_kind,
            engagement_ms,
            session_engaged = '1' as is_engaged_flag,
            {{ traffic_text('geo.country') }} as country,
            lower(device.category) as device_category,
            event_date as table_day,
            {{ row_hash(told_apart_by) }} as key_hash,
            cast(null as timestamp) as received_at,
            event_date_utc as event_date,
            event_timestamp as event_micros,
            occurred_at
        from keyed
    )

    select * from renamed
{%- endmacro %}
