with assigned as (

    select * from {{ ref('input_accounts__customers_assigned') }}

),

parents as (

    select * from {{ ref('input_accounts__parents_followed') }}

),

stripe_customers as (

    select * from {{ ref('stg_stripe__customers') }}

),

generic_periods as (

    select * from {{ ref('stg_generic__subscription_periods') }}

),

country_names as (

    select * from {{ ref('country_names') }}

),

described as (

    select
        'stripe' as billing_source,
        customer_id as billing_customer_id,
        customer_name,
        email,
        country,
        is_deleted
    from stripe_customers

    union all

    select
        'generic' as billing_source,
        customer_id as billing_customer_id,
        max(customer_name) as customer_name,
        max(customer_email) as email,
        max(country) as country,
        false as is_deleted
    from generic_periods
    group by customer_id

),

final as (

    select
        assigned.billing_source,
        assigned.billing_customer_id,
        case
            when {{ policy_is('account_level', 'parent') }}
                then coalesce(parents.top_account_id, assigned.account_id)
            else assigned.account_id
        end as customer_id,
        assigned.account_id,
        parents.parent_account_id,
        described.customer_name,
        described.email,
        {{ country_code('described.country') }} as country,
        assigned.created_at,
        coalesce(described.is_deleted, false) as is_deleted
    from assigned
    left join parents
        on assigned.account_id = parents.account_id
    left join described
        on
            assigned.billing_source = described.billing_source
            and assigned.billing_customer_id = described.billing_customer_id
    left join country_names
        on {{ country_key('described.country') }} = country_names.country_text

)

select * from final
