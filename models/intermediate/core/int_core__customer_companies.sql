with companies as (

    select * from {{ ref('input_companies') }}

),

billing_customers as (

    select * from {{ ref('int_core__billing_names') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

companies_sized as (

    select * from {{ ref('int_core__companies_sized') }}

),

named_companies as (

    select
        billing_customers.customer_id,
        companies.company_key
    from billing_customers
    inner join companies
        on billing_customers.billing_customer_id = companies.billing_customer_id
    group by billing_customers.customer_id, companies.company_key

),

-- The record that names the customer describes it, else the oldest one of its account.
ranked as (

    select
        customers.member_id as customer_id,
        customers.account_id,
        companies.company_key,
        companies.industry,
        companies.country,
        companies.employee_count,
        companies_sized.segment,
        concat(
            case when named_companies.company_key is not null then '1 ' else '2 ' end,
            coalesce(cast(companies.created_at as string), '9999'), ' ',
            companies.company_key
        ) as age_key
    from account_members as customers
    left join account_members as members
        on
            members.member_kind = 'company'
            and customers.account_id = members.account_id
    left join companies
        on members.member_id = companies.company_key
    left join companies_sized
        on companies.company_key = companies_sized.company_key
    left join named_companies
        on
            customers.member_id = named_companies.customer_id
            and companies.company_key = named_companies.company_key
    where customers.member_kind = 'customer'

),

-- A value that this record lacks comes from the next one that has it.
final as (

    select
        customer_id,
        min(account_id) as account_id,
        min_by(company_key, age_key) as company_id,
        min_by(industry, case when industry is not null then age_key end) as industry,
        min_by(country, case when country is not null then age_key end) as country,
        min_by(employee_count, case when employee_count is not null then age_key end)
            as employee_count,
        min_by(segment, case when employee_count is not null then age_key end) as segment
    from ranked
    group by customer_id

)

select * from final
