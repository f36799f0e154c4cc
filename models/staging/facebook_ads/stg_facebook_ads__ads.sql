with

raw_ads as (
    select *
    from
        {{
            deduplicate(
                source('facebook_ads', 'ad_history'),
                ['id'],
                'updated_time desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as ad_id,
        cast(campaign_id as string) as campaign_id,
        name as ad_name
    from raw_ads
)

select * from renamed
