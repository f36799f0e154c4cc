with google_campaigns as (

    select * from {{ ref('stg_google_ads__campaigns') }}

),

google_accounts as (

    select * from {{ ref('stg_google_ads__accounts') }}

),

linkedin_campaigns as (

    select * from {{ ref('stg_linkedin_ads__campaigns') }}

),

linkedin_groups as (

    select * from {{ ref('stg_linkedin_ads__campaign_groups') }}

),

linkedin_accounts as (

    select * from {{ ref('stg_linkedin_ads__accounts') }}

),

facebook_campaigns as (

    select * from {{ ref('stg_facebook_ads__campaigns') }}

),

facebook_accounts as (

    select * from {{ ref('stg_facebook_ads__accounts') }}

),

-- LinkedIn's campaign group is the others' campaign; a campaign outside of any stands for itself.
linkedin_united as (

    select
        campaign_group_id as campaign_id,
        account_id,
        campaign_group_name as campaign_name,
        cast(null as string) as campaign_type,
        campaign_group_status as campaign_status
    from linkedin_groups

    union all

    select
        campaign_id,
        account_id,
        campaign_name,
        campaign_type,
        campaign_status
    from linkedin_campaigns
    where campaign_group_id is null

),

final as (

    select
        'google_ads' as platform,
        google_campaigns.campaign_id,
        google_campaigns.account_id,
        google_accounts.account_name,
        google_accounts.time_zone,
        google_campaigns.campaign_name,
        google_campaigns.campaign_type,
        google_campaigns.campaign_status
    from google_campaigns
    left join google_accounts
        on google_campaigns.account_id = google_accounts.account_id

    union all

    select
        'linkedin_ads' as platform,
        linkedin_united.campaign_id,
        linkedin_united.account_id,
        linkedin_accounts.account_name,
        'UTC' as time_zone,
        linkedin_united.campaign_name,
        linkedin_united.campaign_type,
        linkedin_united.campaign_status
    from linkedin_united
    left join linkedin_accounts
        on linkedin_united.account_id = linkedin_accounts.account_id

    union all

    select
        'facebook_ads' as platform,
        facebook_campaigns.campaign_id,
        facebook_campaigns.account_id,
        facebook_accounts.account_name,
        facebook_accounts.time_zone,
        facebook_campaigns.campaign_name,
        cast(null as string) as campaign_type,
        facebook_campaigns.campaign_status
    from facebook_campaigns
    left join facebook_accounts
        on facebook_campaigns.account_id = facebook_accounts.account_id

)

select * from final
