with billing_customers as (

    select * from {{ ref('int_core__billing_names') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind in ('email', 'user')

),

-- What is said of an account is said of its customer, where it has one only.
account_customers as (

    select
        account_id,
        min(member_id) as customer_id
    from account_members
    where member_kind = 'customer'
    group by account_id
    having count(*) = 1

),

names as (

    {% for ref in ('billing_customer_id', 'customer_id') -%}
        select
            'id' as ref_kind,
            {{ ref }} as ref,
            customer_id,
            'billing' as named_by
        from billing_customers

        union all

    {% endfor -%}
    select
        'email' as ref_kind,
        email as ref,
        customer_id,
        'billing' as named_by
    from billing_customers
    where email is not null

    union all

    select
        'id' as ref_kind,
        companies.source_company_id as ref,
        account_customers.customer_id,
        'company' as named_by
    from companies
    inner join account_members
        on
            account_members.member_kind = 'company'
            and companies.company_key = account_members.member_id
    inner join account_customers
        on account_members.account_id = account_customers.account_id

    union all

    select
        person_members.member_kind as ref_kind,
        person_members.member_id as ref,
        account_customers.customer_id,
        'person' as named_by
    from person_members
    inner join account_members
        on
            account_members.member_kind = 'person'
            and person_members.person_id = account_members.member_id
    inner join account_customers
        on account_members.account_id = account_customers.account_id

    union all

    select
        'domain' as ref_kind,
        account_members.member_id as ref,
        account_customers.customer_id,
        'domain' as named_by
    from account_members
    inner join account_customers
        on account_members.account_id = account_customers.account_id
    where account_members.member_kind = 'domain'

),

ranked as (

    select
        names.*,
        min(named_by) over (partition by ref_kind, ref) as first_named_by
    from names

),

-- What billing names goes before the others (as in the alphabet). A name that two customers have is
-- nobody's.
final as (

    select
        ref_kind,
        ref,
        min(customer_id) as customer_id,
        min(named_by) as named_by
    from ranked
    where named_by = first_named_by
    group by ref_kind, ref
    having min(customer_id) = max(customer_id)

)

select * from final
