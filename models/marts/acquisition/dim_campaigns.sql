with ad_campaigns as (

    select * from {{ ref('input_ad_campaigns') }}

),

crm_campaigns as (

    select * from {{ ref('input_campaign_costs') }}

),

crm_types as (

    select * from {{ ref('crm_campaign_types') }}

),

costs as (

    select * from {{ ref('int_acquisition__costs_united') }}

),

campaign_channels as (

    select * from {{ ref('ad_campaign_channels') }}

),

spend as (

    select
        campaign_key,
        max(cost_source) as source,
        max(channel) as channel,
        max(campaign_name) as campaign_name,
        min(cost_date) as first_cost_date,
        max(cost_date) as last_cost_date,
        sum(case when exclusion_reason is null then amount else 0 end) as spend_to_date,
        sum(clicks) as clicks,
        sum(impressions) as impressions
    from costs
    where campaign_key is not null
    group by campaign_key

),

listed as (

    select
        ad_campaigns.platform || ':' || ad_campaigns.campaign_id as campaign_key,
        ad_campaigns.platform as source,
        coalesce(kinds.channel, platforms.channel, 'Paid Other') as channel,
        ad_campaigns.campaign_name,
        ad_campaigns.campaign_type,
        ad_campaigns.campaign_status,
        ad_campaigns.account_name,
        ad_campaigns.time_zone
    from ad_campaigns
    left join campaign_channels as kinds
        on
            ad_campaigns.platform = kinds.platform
            and upper(ad_campaigns.campaign_type) = kinds.campaign_type
    left join campaign_channels as platforms
        on
            ad_campaigns.platform = platforms.platform
            and platforms.campaign_type = '*'

    union all

    select
        crm_campaigns.crm_source || ':' || crm_campaigns.campaign_id as campaign_key,
        crm_campaigns.crm_source as source,
        coalesce(crm_types.channel, 'unallocated') as channel,
        crm_campaigns.campaign_name,
        crm_campaigns.campaign_type,
        crm_campaigns.campaign_status,
        cast(null as string) as account_name,
        cast(null as string) as time_zone
    from crm_campaigns
    left join crm_types
        on crm_campaigns.campaign_type = crm_types.campaign_type

),

-- A campaign that spends is there even where its own row never arrived.
final as (

    select
        coalesce(listed.campaign_key, spend.campaign_key) as campaign_key,
        coalesce(listed.source, spend.source) as source,
        coalesce(spend.channel, listed.channel) as channel,
        coalesce(listed.campaign_name, spend.campaign_name) as campaign,
        listed.campaign_type,
        listed.campaign_status,
        listed.account_name,
        listed.time_zone,
        spend.first_cost_date,
        spend.last_cost_date,
        cast(coalesce(spend.spend_to_date, 0) as decimal(38, 6)) as spend_to_date,
        cast(spend.clicks as bigint) as clicks,
        cast(spend.impressions as bigint) as impressions
    from listed
    full outer join spend
        on listed.campaign_key = spend.campaign_key

)

select * from final
order by campaign_key
