with hubspot_companies as (

    select * from {{ ref('stg_hubspot__companies') }}

),

salesforce_accounts as (

    select * from {{ ref('stg_salesforce__accounts') }}

),

country_names as (

    select * from {{ ref('country_names') }}

),

company_merges as (

    select * from {{ ref('input_crm__merges') }}
    where record_type = 'company'

),

united as (

    select
        'hubspot' as source_system,
        company_id as source_company_id,
        company_name,
        domain,
        industry,
        country,
        employee_count,
        annual_revenue,
        is_public,
        total_funding,
        valuation,
        investors,
        sales_team_size,
        case
            when is_target_account
                then coalesce({{ target_tier('target_account_tier') }}, 'untiered')
            when is_target_account is null then {{ target_tier('target_account_tier') }}
        end as target_tier,
        cast(targeted_at as date) as targeted_from,
        'hubspot:' || parent_company_id as parent_key,
        'hubspot:' || owner_id as owner_key,
        billing_customer_id,
        created_at
    from hubspot_companies

    union all

    select
        'salesforce' as source_system,
        account_id as source_company_id,
        account_name as company_name,
        domain,
        industry,
        country,
        employee_count,
        annual_revenue,
        case lower(trim(ownership)) when 'public' then true when 'private' then false end
            as is_public,
        total_funding,
        valuation,
        investors,
        sales_team_size,
        {{ target_tier('target_account_tier') }} as target_tier,
        targeted_from,
        'salesforce:' || parent_account_id as parent_key,
        'salesforce:' || owner_id as owner_key,
        billing_customer_id,
        created_at
    from salesforce_accounts
    where master_record_id is null

),

alive as (

    select
        united.source_system || ':' || united.source_company_id as company_key,
        united.*
    from united
    left join company_merges
        on united.source_system || ':' || united.source_company_id = company_merges.merged_key
    where company_merges.merged_key is null

),

-- A parent that was merged away is its survivor; one that was deleted is none.
final as (

    select
        alive.company_key,
        alive.source_system,
        alive.source_company_id,
        alive.company_name,
        alive.domain,
        alive.industry,
        {{ country_code('alive.country') }} as country,
        {% for column in (
            'employee_count', 'annual_revenue', 'is_public', 'total_funding', 'valuation',
            'investors', 'sales_team_size', 'target_tier', 'targeted_from'
        ) -%}
            alive.{{ column }},
        {% endfor -%}
        parents.company_key as parent_company_key,
        alive.owner_key,
        alive.billing_customer_id,
        alive.created_at
    from alive
    left join company_merges
        on alive.parent_key = company_merges.merged_key
    left join alive as parents
        on
            coalesce(company_merges.surviving_key, alive.parent_key) = parents.company_key
            and alive.company_key <> parents.company_key
    left join country_names
        on {{ country_key('alive.country') }} = country_names.country_text

)

select * from final
