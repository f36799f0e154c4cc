with

raw_companies as (
    select * from {{ deduplicate(source('hubspot', 'company'), ['id']) }} as latest
),

renamed as (
    select
        cast(id as string) as company_id,
        property_name as company_name,
        {{ web_domain('coalesce(property_domain, property_website)') }} as domain,
        property_industry as industry,
        property_country as country,
        property_numberofemployees as employee_count,
        property_annualrevenue as annual_revenue,
        property_is_public as is_public,
        try_cast(property_total_money_raised as decimal(38, 6)) as total_funding,
        property_valuation as valuation,
        property_investors as investors,
        property_sales_team_size as sales_team_size,
        property_hs_is_target_account as is_target_account,
        property_hs_target_account as target_account_tier,
        property_target_account_since as targeted_at,
        cast(property_hs_parent_company_id as string) as parent_company_id,
        cast(property_hubspot_owner_id as string) as owner_id,
        coalesce(property_billing_customer_id, property_stripe_customer_id) as billing_customer_id,
        property_hs_merged_object_ids as merged_ids,
        property_createdate as created_at
    from raw_companies
    where not (coalesce(_fivetran_deleted, false) or coalesce(is_deleted, false))
)

select * from renamed
