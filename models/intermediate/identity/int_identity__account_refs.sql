with billing_customers as (

    select * from {{ ref('int_core__billing_names') }}

),

companies as (

    select * from {{ ref('input_companies') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

names as (

    select
        billing_customer_id as account_ref,
        'customer' as member_kind,
        customer_id as member_id
    from billing_customers

    union all

    select
        source_company_id as account_ref,
        'company' as member_kind,
        company_key as member_id
    from companies

),

final as (

    select
        names.account_ref,
        min(account_members.account_id) as account_id
    from names
    inner join account_members
        on
            names.member_kind = account_members.member_kind
            and names.member_id = account_members.member_id
    group by names.account_ref

)

select * from final
