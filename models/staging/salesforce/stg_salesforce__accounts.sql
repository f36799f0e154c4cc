with

raw_accounts as (
    select *
    from
        {{
            deduplicate(
                source('salesforce', 'account'),
                ['id'],
                latest_version_first()
            )
        }} as latest
),

renamed as (
    select
        id as account_id,
        name as account_name,
        {{ web_domain('website') }} as domain,
        industry,
        billing_country as country,
        number_of_employees as employee_count,
        annual_revenue,
        ownership,
        total_funding_c as total_funding,
        valuation_c as valuation,
        investors_c as investors,
        sales_team_size_c as sales_team_size,
        target_account_tier_c as target_account_tier,
        target_account_since_c as targeted_from,
        parent_id as parent_account_id,
        owner_id,
        coalesce(billing_customer_id_c, stripe_customer_id_c) as billing_customer_id,
        master_record_id,
        created_date as created_at
    from raw_accounts
    where
        coalesce(_fivetran_active, true)
        and (not coalesce(is_deleted, false) or master_record_id is not null)
)

select * from renamed
