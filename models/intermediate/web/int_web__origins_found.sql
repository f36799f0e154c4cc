{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='origin_key',
        on_schema_change='sync_all_columns'
    )
}}

with sessions as (

    select * from {{ ref('int_web__sessions_built') }}
    {%- if is_incremental() %}
    where joined_at > (
        select coalesce(max(known.joined_at), timestamp '1970-01-01') from {{ this }} as known
    )
    {%- endif %}

),

final as (

    select
        origin_key,
        max(named_source) as named_source,
        max(named_medium) as named_medium,
        max(named_campaign) as named_campaign,
        max(click_id_kind) as click_id_kind,
        max(referrer_host) as referrer_host,
        max(joined_at) as joined_at
    from sessions
    group by origin_key

)

select * from final
