with

raw_contacts as (
    select * from {{ deduplicate(source('hubspot', 'contact'), ['id']) }} as latest
),

renamed as (
    select
        cast(id as string) as contact_id,
        lower(property_email) as email,
        nullif(concat_ws(' ', property_firstname, property_lastname), '') as full_name,
        property_company as company_name,
        property_country as country,
        cast(property_associatedcompanyid as string) as company_id,
        cast(property_hubspot_owner_id as string) as owner_id,
        lower(property_lifecyclestage) as lifecycle_stage,
        {% for stage in hubspot_lifecycle_stages() %}
            coalesce(
                property_hs_v_2_date_entered_{{ stage }},
                property_hs_v2_date_entered_{{ stage }},
                property_hs_date_entered_{{ stage }},
                property_hs_lifecyclestage_{{ stage }}_date
            ) as {{ stage }}_at,
        {% endfor %}
        lower(property_hs_lead_status) as lead_status,
        property_unqualified_reason as unqualified_reason,
        property_hubspotscore as lead_score,
        property_hs_buying_role as buying_roles,
        property_hs_analytics_source as analytics_source,
        {{ hubspot_campaign() }} as campaign,
        concat_ws(
            ';', property_hs_calculated_merged_vids, property_hs_merged_object_ids
        ) as merged_ids,
        lower(property_hs_additional_emails) as additional_emails,
        property_createdate as created_at
    from raw_contacts
    where not coalesce(_fivetran_deleted, false)
)

select * from renamed
