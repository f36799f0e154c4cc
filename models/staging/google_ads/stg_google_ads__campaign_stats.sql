with

raw_campaign_stats as (
    select *
    from
        {{
            deduplicate(
                source('google_ads', 'campaign_stats'),
                ['_fivetran_id', 'customer_id', 'id', 'date', 'device', 'ad_network_type']
            )
        }} as latest
),

renamed as (
    select
        _fivetran_id as row_id,
        cast(customer_id as string) as account_id,
        cast(id as string) as campaign_id,
        date as spend_date,
        device,
        ad_network_type,
        {{ micros_to_major('cost_micros') }} as amount,
        clicks,
        impressions
    from raw_campaign_stats
)

select * from renamed
