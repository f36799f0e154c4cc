with

raw_merged_deals as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'merged_deal'),
                ['deal_id', 'merged_deal_id']
            )
        }} as latest
),

renamed as (
    select
        cast(merged_deal_id as string) as merged_deal_id,
        cast(deal_id as string) as deal_id
    from raw_merged_deals
)

select * from renamed
