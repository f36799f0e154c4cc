with people as (

    select * from {{ ref('input_people') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}

),

companies as (

    select * from {{ ref('int_identity__companies_placed') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

customer_accounts as (

    select * from {{ ref('int_identity__customers_placed') }}
    where is_used

),

free_mail_domains as (

    select * from {{ ref('free_mail_domains') }}

),

crowded_domains as (

    select domain
    from companies
    where domain_drop_reason = 'domain_of_many'
    group by domain

),

-- An address that pays for several accounts says nothing of where its person belongs.
payers as (

    select
        lower(trim(customers.email)) as email,
        min(customer_accounts.account_id) as account_id,
        min(customers.customer_id) as customer_id
    from customers
    inner join customer_accounts
        on customers.customer_id = customer_accounts.customer_id
    where trim(customers.email) <> ''
    group by lower(trim(customers.email))
    having min(customer_accounts.account_id) = max(customer_accounts.account_id)

),

addresses as (

    select
        person_id,
        member_id as email,
        nullif(split_part(member_id, '@', 2), '') as domain
    from person_members
    where member_kind = 'email'

),

stated as (

    select
        person_members.person_id,
        companies.account_id,
        'company_record' as reason,
        1 as priority,
        people.person_key as evidence,
        people.created_at as first_seen_at,
        cast(null as string) as drop_reason
    from people
    inner join person_members
        on
            person_members.member_kind = 'record'
            and people.person_key = person_members.member_id
    inner join companies
        on people.company_key = companies.company_key

    union all

    select
        addresses.person_id,
        payers.account_id,
        'email_of_customer' as reason,
        2 as priority,
        payers.customer_id as evidence,
        cast(null as timestamp) as first_seen_at,
        cast(null as string) as drop_reason
    from addresses
    inner join payers
        on addresses.email = payers.email

    union all

    select
        addresses.person_id,
        {{ identity_key("'domain'", 'addresses.domain') }} as account_id,
        'email_domain' as reason,
        3 as priority,
        {{ identity_key("'email'", 'addresses.email') }} as evidence,
        cast(null as timestamp) as first_seen_at,
        case
            when free_mail_domains.domain is not null then 'free_mail_domain'
            when crowded_domains.domain is not null then 'domain_of_many'
        end as drop_reason
    from addresses
    left join free_mail_domains
        on addresses.domain = free_mail_domains.domain
    left join crowded_domains
        on addresses.domain = crowded_domains.domain
    where addresses.domain is not null

),

{{ first_account('stated', 'person_id') }}

select * from final
