with stripe_customers as (

    select * from {{ ref('stg_stripe__customers') }}

),

stripe_subscribers as (

    select * from {{ ref('stg_stripe__subscription_versions') }}

),

generic_periods as (

    select * from {{ ref('stg_generic__subscription_periods') }}

),

account_map as (

    select * from {{ ref('stg_generic__customer_account_map') }}

),

-- A subscriber whose customer row never arrived is a customer all the same.
stripe_known as (

    select
        customer_id,
        customer_name,
        email,
        country,
        created_at,
        is_deleted
    from stripe_customers

    union all

    select
        customer_id,
        cast(null as string) as customer_name,
        cast(null as string) as email,
        cast(null as string) as country,
        min(created_at) as created_at,
        false as is_deleted
    from stripe_subscribers
    where
        customer_id is not null
        and customer_id not in (select customer_id from stripe_customers)
    group by customer_id

),

generic_known as (

    select
        customer_id,
        max(customer_name) as customer_name,
        max(customer_email) as email,
        max(country) as country,
        min(started_at) as created_at
    from generic_periods
    group by customer_id

),

billing_customers as (

    select
        'stripe' as billing_source,
        customer_id as billing_customer_id,
        customer_name,
        email,
        country,
        created_at,
        coalesce(is_deleted, false) as is_deleted
    from stripe_known

    union all

    select
        'generic' as billing_source,
        customer_id as billing_customer_id,
        customer_name,
        email,
        country,
        created_at,
        false as is_deleted
    from generic_known

),

-- An id that two sources give to different customers is prefixed; no other id ever changes.
with_clashes as (

    select
        billing_customers.*,
        account_map.account_id,
        count(case when account_map.account_id is null then 1 end)
            over (partition by billing_customers.billing_customer_id) as unmapped_sources
    from billing_customers
    left join account_map
        on
            billing_customers.billing_source = account_map.billing_source
            and billing_customers.billing_customer_id = account_map.billing_customer_id

),

final as (

    select
        billing_source,
        billing_customer_id,
        coalesce(
            account_id,
            case
                when unmapped_sources > 1 then billing_source || ':' || billing_customer_id
                else billing_customer_id
            end
        ) as customer_id,
        customer_name,
        email,
        country,
        created_at,
        is_deleted
    from with_clashes

)

select * from final
