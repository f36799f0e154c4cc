with

raw_campaign_analytics as (
    select *
    from
        {{
            deduplicate(
                source('linkedin_ads', 'ad_analytics_by_campaign'),
                ['campaign_id', 'cast(day as date)']
            )
        }} as latest
),

renamed as (
    select
        cast(campaign_id as string) as campaign_id,
        cast(day as date) as spend_date,
        cost_in_local_currency as amount,
        clicks,
        impressions
    from raw_campaign_analytics
)

select * from renamed
