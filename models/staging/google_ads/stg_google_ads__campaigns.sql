with

raw_campaigns as (
    select *
    from
        {{
            deduplicate(
                source('google_ads', 'campaign_history'),
                ['id'],
                'updated_at desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as campaign_id,
        cast(customer_id as string) as account_id,
        name as campaign_name,
        upper(trim(advertising_channel_type)) as campaign_type,
        lower(trim(status)) as campaign_status
    from raw_campaigns
)

select * from renamed
