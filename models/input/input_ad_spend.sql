with google_stats as (

    select * from {{ ref('stg_google_ads__campaign_stats') }}

),

google_accounts as (

    select * from {{ ref('stg_google_ads__accounts') }}

),

linkedin_analytics as (

    select * from {{ ref('stg_linkedin_ads__campaign_analytics') }}

),

linkedin_campaigns as (

    select * from {{ ref('stg_linkedin_ads__campaigns') }}

),

linkedin_accounts as (

    select * from {{ ref('stg_linkedin_ads__accounts') }}

),

facebook_stats as (

    select * from {{ ref('stg_facebook_ads__ad_stats') }}

),

facebook_ads as (

    select * from {{ ref('stg_facebook_ads__ads') }}

),

facebook_accounts as (

    select * from {{ ref('stg_facebook_ads__accounts') }}

),

-- LinkedIn's campaign group is the others' campaign; a campaign outside of any stands for itself.
united as (

    select
        'google_ads' as platform,
        google_stats.account_id,
        google_stats.campaign_id,
        google_stats.spend_date,
        google_accounts.currency,
        google_stats.amount,
        google_stats.clicks,
        google_stats.impressions
    from google_stats
    left join google_accounts
        on google_stats.account_id = google_accounts.account_id

    union all

    select
        'linkedin_ads' as platform,
        linkedin_campaigns.account_id,
        coalesce(linkedin_campaigns.campaign_group_id, linkedin_analytics.campaign_id)
            as campaign_id,
        linkedin_analytics.spend_date,
        linkedin_accounts.currency,
        linkedin_analytics.amount,
        linkedin_analytics.clicks,
        linkedin_analytics.impressions
    from linkedin_analytics
    left join linkedin_campaigns
        on linkedin_analytics.campaign_id = linkedin_campaigns.campaign_id
    left join linkedin_accounts
        on linkedin_campaigns.account_id = linkedin_accounts.account_id

    union all

    select
        'facebook_ads' as platform,
        facebook_stats.account_id,
        facebook_ads.campaign_id,
        facebook_stats.spend_date,
        facebook_accounts.currency,
        facebook_stats.amount,
        facebook_stats.clicks,
        facebook_stats.impressions
    from facebook_stats
    left join facebook_ads
        on facebook_stats.ad_id = facebook_ads.ad_id
    left join facebook_accounts
        on facebook_stats.account_id = facebook_accounts.account_id

),

final as (

    select
        platform,
        coalesce(account_id, 'unknown') as account_id,
        coalesce(campaign_id, 'unknown') as campaign_id,
        spend_date,
        currency,
        cast(sum(amount) as decimal(38, 6)) as amount,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(impressions) as bigint) as impressions
    from united
    group by
        platform,
        coalesce(account_id, 'unknown'),
        coalesce(campaign_id, 'unknown'),
        spend_date,
        currency

)

select * from final
