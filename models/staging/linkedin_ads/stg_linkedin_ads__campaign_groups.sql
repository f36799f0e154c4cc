with

raw_campaign_groups as (
    select *
    from
        {{
            deduplicate(
                source('linkedin_ads', 'campaign_group_history'),
                ['id'],
                'last_modified_time desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as campaign_group_id,
        cast(account_id as string) as account_id,
        name as campaign_group_name,
        lower(trim(status)) as campaign_group_status
    from raw_campaign_groups
)

select * from renamed
