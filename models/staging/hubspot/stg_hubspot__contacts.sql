with

raw_contacts as (
    select * from {{ deduplicate(source('hubspot', 'contact'), ['id']) }} as latest
),

renamed as (
    select
        cast(id as string) as contact_id,
        lower(property_email) as email,
        nullif(
            trim(coalesce(property_firstname, '') || ' ' || coalesce(property_lastname, '')), ''
        ) as full_name,
        property_company as company_name,
        property_country as country,
        cast(property_associatedcompanyid as string) as company_id,
        cast(property_hubspot_owner_id as string) as owner_id,
        lower(property_lifecyclestage) as lifecycle_stage,
        coalesce(
            property_hs_v_2_date_entered_subscriber,
            property_hs_v2_date_entered_subscriber,
            property_hs_lifecyclestage_subscriber_date
        ) as subscriber_at,
        coalesce(
            property_hs_v_2_date_entered_lead,
            property_hs_v2_date_entered_lead,
            property_hs_lifecyclestage_lead_date
        ) as lead_at,
        coalesce(
            property_hs_v_2_date_entered_marketingqualifiedlead,
            property_hs_v2_date_entered_marketingqualifiedlead,
            property_hs_lifecyclestage_marketingqualifiedlead_date
        ) as marketingqualifiedlead_at,
        coalesce(
            property_hs_v_2_date_entered_salesqualifiedlead,
            property_hs_v2_date_entered_salesqualifiedlead,
            property_hs_lifecyclestage_salesqualifiedlead_date
        ) as salesqualifiedlead_at,
        coalesce(
            property_hs_v_2_date_entered_opportunity,
            property_hs_v2_date_entered_opportunity,
            property_hs_lifecyclestage_opportunity_date
        ) as opportunity_at,
        coalesce(
            property_hs_v_2_date_entered_customer,
            property_hs_v2_date_entered_customer,
            property_hs_lifecyclestage_customer_date
        ) as customer_at,
        coalesce(
            property_hs_v_2_date_entered_evangelist,
            property_hs_v2_date_entered_evangelist,
            property_hs_lifecyclestage_evangelist_date
        ) as evangelist_at,
        coalesce(
            property_hs_v_2_date_entered_other,
            property_hs_v2_date_entered_other,
            property_hs_lifecyclestage_other_date
        ) as other_at,
        lower(property_hs_lead_status) as lead_status,
        property_unqualified_reason as unqualified_reason,
        property_hubspotscore as lead_score,
        property_hs_analytics_source as analytics_source,
        {{ hubspot_campaign() }} as campaign,
        concat_ws(';', property_hs_calculated_merged_vids, property_hs_merged_object_ids) as merged_ids,
        property_createdate as created_at
    from raw_contacts
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
