with billing_customers as (

    select * from {{ ref('input_customers') }}

),

companies as (

    select * from {{ ref('int_core__customer_companies') }}

),

opportunities as (

    select * from {{ ref('int_funnel__opportunities') }}

),

conversion_channels as (

    select * from {{ ref('int_attribution__conversion_channels') }}
    where conversion_type = 'customer'

),

ranked_customers as (

    select
        billing_customers.*,
        row_number() over (
            partition by customer_id
            order by created_at asc nulls last, billing_source asc, billing_customer_id asc
        ) as age_rank
    from billing_customers

),

-- An account of several billing customers is described by the one it started with.
accounts as (

    select
        customer_id,
        case when min(billing_source) = max(billing_source) then min(billing_source) else 'several'
        end as billing_source,
        max(case when age_rank = 1 then customer_name end) as customer_name,
        max(case when age_rank = 1 then lower(nullif(split_part(email, '@', 2), '')) end)
            as email_domain,
        max(case when age_rank = 1 then nullif(trim(country), '') end) as country,
        max(case when account_id = customer_id then parent_account_id end) as parent_customer_id,
        min(created_at) as created_at
    from ranked_customers
    group by customer_id

),

crm as (

    select count(*) as opportunities
    from opportunities

),

sold_accounts as (

    select account_id
    from opportunities
    where account_id is not null and status <> 'lost'
    group by account_id

),

-- Who pays without an opportunity bought alone; without a CRM nobody knows. An account that no
-- touch is known of has no channel, not one of that name.
final as (

    select
        accounts.customer_id,
        accounts.parent_customer_id,
        accounts.billing_source,
        accounts.customer_name,
        accounts.email_domain,
        companies.company_id,
        coalesce(accounts.country, companies.country) as country,
        companies.industry,
        companies.employee_count,
        coalesce(companies.segment, 'unknown') as segment,
        case
            when crm.opportunities = 0 then 'unknown'
            else {{ sales_model('sold_accounts.account_id is not null', 'companies.segment') }}
        end as sales_model,
        coalesce(nullif(conversion_channels.channel, 'unattributed'), 'unknown')
            as acquisition_channel,
        accounts.created_at
    from accounts
    cross join crm
    left join companies
        on accounts.customer_id = companies.customer_id
    left join sold_accounts
        on companies.account_id = sold_accounts.account_id
    left join conversion_channels
        on accounts.customer_id = conversion_channels.conversion_id

)

select * from final
