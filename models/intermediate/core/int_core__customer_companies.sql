with companies as (

    select * from {{ ref('input_companies') }}

),

billing_customers as (

    select * from {{ ref('input_customers') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

company_sizes as (

    select * from {{ ref('company_sizes') }}

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
    left join named_companies
        on
            customers.member_id = named_companies.customer_id
            and companies.company_key = named_companies.company_key
    where customers.member_kind = 'customer'

),

-- A value that this record lacks comes from the next one that has it.
described as (

    select
        customer_id,
        min(account_id) as account_id,
        min_by(company_key, age_key) as company_id,
        min_by(industry, case when industry is not null then age_key end) as industry,
        min_by(country, case when country is not null then age_key end) as country,
        min_by(employee_count, case when employee_count is not null then age_key end)
            as employee_count
    from ranked
    group by customer_id

),

sized as (

    select
        described.customer_id,
        max_by(company_sizes.segment, company_sizes.min_employees) as segment
    from described
    inner join company_sizes
        on described.employee_count >= company_sizes.min_employees
    group by described.customer_id

),

final as (

    select
        described.customer_id,
        described.account_id,
        described.company_id,
        described.industry,
        described.country,
        described.employee_count,
        sized.segment
    from described
    left join sized
        on described.customer_id = sized.customer_id

)

select * from final
