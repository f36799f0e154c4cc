with customers as (

    select * from {{ ref('input_customers') }}

),

people as (

    select * from {{ ref('input_people') }}
    where company_key is not null

),

companies as (

    select * from {{ ref('int_identity__companies_placed') }}

),

free_mail_domains as (

    select * from {{ ref('free_mail_domains') }}

),

billed as (

    select
        customer_id,
        billing_customer_id,
        created_at,
        lower(trim(email)) as email,
        nullif(split_part(lower(trim(email)), '@', 2), '') as domain
    from customers

),

company_domains as (

    select
        domain,
        max(domain_drop_reason) as drop_reason
    from companies
    where domain is not null
    group by domain

),

-- Many customers that share a domain are the clients of a host or an agency, and no company.
crowded_domains as (

    select domain
    from billed
    group by domain
    having count(distinct customer_id) > {{ policy('identity_max_ids_per_person') }}

),

-- The domain of a company record says more than a person's address, and that more than a domain
-- that only addresses have.
stated as (

    select
        billed.customer_id,
        companies.account_id,
        'billing_customer_id' as reason,
        1 as priority,
        companies.company_key as evidence,
        companies.created_at as first_seen_at,
        cast(null as string) as drop_reason
    from billed
    inner join companies
        on billed.billing_customer_id = companies.billing_customer_id

    union all

    select
        billed.customer_id,
        {{ identity_key("'domain'", 'billed.domain') }} as account_id,
        'email_domain' as reason,
        case when company_domains.domain is not null then 2 else 4 end as priority,
        billed.billing_customer_id as evidence,
        billed.created_at as first_seen_at,
        case
            when free_mail_domains.domain is not null then 'free_mail_domain'
            when crowded_domains.domain is not null then 'domain_of_many'
            else company_domains.drop_reason
        end as drop_reason
    from billed
    left join free_mail_domains
        on billed.domain = free_mail_domains.domain
    left join crowded_domains on billed.domain = crowded_domains.domain
    left join company_domains on billed.domain = company_domains.domain
    where billed.domain is not null

    union all

    select
        billed.customer_id,
        companies.account_id,
        'email_of_person' as reason,
        3 as priority,
        people.person_key as evidence,
        people.created_at as first_seen_at,
        cast(null as string) as drop_reason
    from billed
    inner join people
        on billed.email = people.email
    inner join companies
        on people.company_key = companies.company_key

    union all

    select
        customer_id,
        {{ identity_key("'customer'", 'customer_id') }} as account_id,
        'own_account' as reason,
        5 as priority,
        min(billing_customer_id) as evidence,
        min(created_at) as first_seen_at,
        cast(null as string) as drop_reason
    from billed
    group by customer_id

),

{{ first_account('stated', 'customer_id') }}

select * from final
