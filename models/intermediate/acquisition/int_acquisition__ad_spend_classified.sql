with ad_spend as (

    select * from {{ ref('input_ad_spend') }}

),

campaigns as (

    select * from {{ ref('input_ad_campaigns') }}

),

campaign_channels as (

    select * from {{ ref('ad_campaign_channels') }}

),

platform_channels as (

    select
        platform,
        channel
    from campaign_channels
    where campaign_type = '*'

),

final as (

    select
        concat_ws(
            ':', ad_spend.platform, ad_spend.account_id, ad_spend.campaign_id,
            cast(ad_spend.spend_date as string)
        ) as cost_id,
        ad_spend.platform,
        ad_spend.account_id,
        ad_spend.campaign_id,
        coalesce(campaigns.campaign_name, ad_spend.campaign_id) as campaign_name,
        ad_spend.spend_date,
        coalesce(campaign_channels.channel, platform_channels.channel, 'Paid Other') as channel,
        ad_spend.currency,
        ad_spend.amount,
        ad_spend.clicks,
        ad_spend.impressions
    from ad_spend
    left join campaigns
        on
            ad_spend.platform = campaigns.platform
            and ad_spend.campaign_id = campaigns.campaign_id
    left join campaign_channels
        on
            ad_spend.platform = campaign_channels.platform
            and upper(campaigns.campaign_type) = campaign_channels.campaign_type
    left join platform_channels
        on ad_spend.platform = platform_channels.platform

)

select * from final
