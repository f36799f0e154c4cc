with sessions as (

    select * from {{ ref('int_web__sessions_built') }}

),

click_ids as (

    select * from {{ ref('click_ids') }}

),

source_categories as (

    select
        *,
        source_pattern like '%.*' as is_any_ending,
        replace(source_pattern, '.*', '') as stem
    from {{ ref('source_categories') }}

),

origins as (

    select
        origin_key,
        max(named_source) as named_source,
        max(named_medium) as named_medium,
        max(named_campaign) as named_campaign,
        max(click_id_kind) as click_id_kind,
        max(referrer_host) as referrer_host
    from sessions
    group by origin_key

),

-- What the address names comes first, then the click id of an ad, then the page before. An address
-- that names a medium or campaign alone says that it came from elsewhere, but not from where.
named as (

    select
        origins.*,
        coalesce(
            origins.named_source,
            click_ids.source,
            case
                when coalesce(origins.named_medium, origins.named_campaign) is not null
                    then '(not set)'
            end,
            origins.referrer_host
        ) as known_source,
        coalesce(origins.named_medium, click_ids.medium) as known_medium
    from origins
    left join click_ids
        on origins.click_id_kind = click_ids.click_id_kind

),

sources_matched as (

    select
        known.known_source,
        min({{ struct_of({
            'longest_first': '-length(source_categories.source_pattern)',
            'category': 'source_categories.category',
            'source_name': "coalesce(source_categories.source_name, '')",
        }) }}) as matched
    from (
        select known_source from named
        group by known_source
    ) as known
    inner join source_categories
        on
            known.known_source = source_categories.stem
            or known.known_source like '%.' || source_categories.stem
            or (
                source_categories.is_any_ending
                and '.' || known.known_source like '%.' || source_categories.stem || '.%'
            )
    group by known.known_source

),

final as (

    select
        named.origin_key,
        (sources_matched.matched).category as source_category,
        case
            when named.known_source is null then '(direct)'
            when named.known_source <> coalesce(named.referrer_host, '') then named.known_source
            else coalesce(nullif((sources_matched.matched).source_name, ''), named.known_source)
        end as source,
        case
            when named.known_medium is not null then named.known_medium
            when named.known_source is null then '(none)'
            when named.named_source is not null or named.known_source = '(not set)' then null
            when (sources_matched.matched).category = 'search' then 'organic'
            else 'referral'
        end as medium,
        named.named_campaign as campaign
    from named
    left join sources_matched
        on named.known_source = sources_matched.known_source

)

select * from final
