with

raw_engagement_deals as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_deal'),
                ['engagement_id', 'deal_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        cast(deal_id as string) as deal_id
    from raw_engagement_deals
)

select * from renamed
