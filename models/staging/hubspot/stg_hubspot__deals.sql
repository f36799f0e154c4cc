with

raw_deals as (
    select * from {{ deduplicate(source('hubspot', 'deal'), ['deal_id']) }} as latest
),

renamed as (
    select
        cast(deal_id as string) as deal_id,
        deal_pipeline_id as pipeline_id,
        deal_pipeline_stage_id as stage_id,
        cast(coalesce(owner_id, property_hubspot_owner_id) as string) as owner_id,
        property_dealname as deal_name,
        lower(property_dealtype) as deal_type,
        property_amount as amount,
        upper(property_deal_currency_code) as currency,
        coalesce(property_hs_mrr, {{ divide_exact('property_hs_arr', 12, 6) }}) as mrr,
        property_hs_is_closed_won as is_won,
        property_hs_is_closed as is_closed,
        property_closed_lost_reason as lost_reason,
        property_hs_analytics_source as analytics_source,
        {{ hubspot_campaign() }} as campaign,
        property_hs_merged_object_ids as merged_ids,
        {{ salesforce_id('property_hs_salesforceopportunityid') }} as salesforce_opportunity_id,
        property_createdate as created_at,
        property_closedate as close_at
    from raw_deals
    where not (coalesce(_fivetran_deleted, false) or coalesce(is_deleted, false))
)

select * from renamed
