with account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

company_sizes as (

    select * from {{ ref('int_core__companies_sized') }}

),

customers as (

    select * from {{ ref('int_core__customers_described') }}

),

targets as (

    select * from {{ ref('int_accounts__targets_listed') }}

),

-- The record that names a customer of billing describes the account, else the oldest one.
records as (

    select
        account_members.account_id,
        companies.*,
        company_sizes.segment,
        concat(
            case when companies.billing_customer_id is not null then '1 ' else '2 ' end,
            coalesce(cast(companies.created_at as string), '9999'), ' ',
            companies.company_key
        ) as age_key
    from account_members
    inner join companies
        on account_members.member_id = companies.company_key
    left join company_sizes
        on companies.company_key = company_sizes.company_key
    where account_members.member_kind = 'company'

),

-- A value that this record lacks comes from the next one that has it.
described as (

    select
        account_id,
        count(*) as company_records,
        min_by(company_key, age_key) as company_id,
        {% for column in (
            'company_name', 'industry', 'country', 'employee_count', 'segment', 'annual_revenue',
            'is_public', 'total_funding', 'valuation', 'investors', 'sales_team_size'
        ) %}
            min_by({{ column }}, case when {{ column }} is not null then age_key end)
                as {{ column }},
        {% endfor %}
        min(created_at) as created_at
    from records
    group by account_id

),

members as (

    select
        account_members.account_id,
        max(case when account_members.member_kind = 'domain' then account_members.member_id end)
            as domain,
        count(case when account_members.member_kind = 'person' then 1 end) as people,
        count(customers.customer_id) as customers,
        min_by(customers.customer_name, customers.customer_id) as customer_name,
        min_by(customers.country, customers.customer_id) as country,
        min(customers.created_at) as created_at
    from account_members
    left join customers
        on
            account_members.member_kind = 'customer'
            and account_members.member_id = customers.customer_id
    group by account_members.account_id

),

final as (

    select
        members.account_id,
        members.domain,
        described.company_id,
        coalesce(described.company_name, members.customer_name) as account_name,
        described.industry,
        coalesce(described.country, members.country) as country,
        described.employee_count,
        coalesce(described.segment, 'unknown') as segment,
        described.annual_revenue,
        case when described.is_public then 'public' when not described.is_public then 'private' end
            as ownership,
        described.total_funding,
        described.valuation,
        described.investors,
        {{ ratio('100 * described.sales_team_size', 'described.employee_count') }}
            as sales_team_share,
        targets.target_tier,
        targets.targeted_from,
        coalesce(described.company_records, 0) as company_records,
        members.customers,
        members.people,
        least(described.created_at, members.created_at) as created_at
    from members
    left join described
        on members.account_id = described.account_id
    left join targets
        on members.account_id = targets.account_id

)

select * from final
