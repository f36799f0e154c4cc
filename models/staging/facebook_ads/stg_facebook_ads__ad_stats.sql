with

raw_ad_stats as (
    select *
    from {{ deduplicate(source('facebook_ads', 'basic_ad'), ['ad_id', 'date']) }} as latest
),

renamed as (
    select
        ad_id,
        cast(account_id as string) as account_id,
        date as spend_date,
        spend as amount,
        inline_link_clicks as clicks,
        impressions
    from raw_ad_stats
)

select * from renamed
