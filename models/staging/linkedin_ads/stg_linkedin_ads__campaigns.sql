with

raw_campaigns as (
    select *
    from
        {{
            deduplicate(
                source('linkedin_ads', 'campaign_history'),
                ['id'],
                'last_modified_time desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as campaign_id,
        cast(campaign_group_id as string) as campaign_group_id,
        cast(account_id as string) as account_id,
        name as campaign_name,
        upper(trim(type)) as campaign_type,
        lower(trim(status)) as campaign_status
    from raw_campaigns
)

select * from renamed
