with

raw_campaigns as (
    select *
    from
        {{
            deduplicate(
                source('facebook_ads', 'campaign_history'),
                ['id'],
                'updated_time desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as campaign_id,
        cast(account_id as string) as account_id,
        name as campaign_name,
        lower(trim(status)) as campaign_status
    from raw_campaigns
)

select * from renamed
