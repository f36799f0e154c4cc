with companies as (

    select * from {{ ref('int_identity__companies_placed') }}

),

customers as (

    select * from {{ ref('int_identity__customers_placed') }}
    where is_used

),

people as (

    select * from {{ ref('int_identity__people_placed') }}
    where is_used

),

billing_customers as (

    select * from {{ ref('input_customers') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'email'

),

placed as (

    select
        'company' as member_kind,
        company_key as member_id,
        account_id
    from companies

    union

    select
        'customer' as member_kind,
        customer_id as member_id,
        account_id
    from customers

    union

    select
        'person' as member_kind,
        person_id as member_id,
        account_id
    from people

),

domains as (

    select domain
    from companies

    union

    select split_part(lower(trim(email)), '@', 2) as domain
    from billing_customers

    union

    select split_part(member_id, '@', 2) as domain
    from person_members

),

accounts as (

    select account_id
    from placed
    group by account_id

),

final as (

    select
        member_kind,
        member_id,
        account_id
    from placed

    union all

    select
        'domain' as member_kind,
        domains.domain as member_id,
        accounts.account_id
    from domains
    inner join accounts
        on {{ identity_key("'domain'", 'domains.domain') }} = accounts.account_id

)

select * from final
