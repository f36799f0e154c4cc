with stripe_customers as (

    select * from {{ ref('stg_stripe__customers') }}

),

versions as (

    select * from {{ ref('input_subscription_versions') }}

),

invoices as (

    select * from {{ ref('input_invoices') }}

),

generic_periods as (

    select * from {{ ref('stg_generic__subscription_periods') }}

),

-- A customer whose own row never arrived is one all the same: whoever subscribes or is billed.
sightings as (

    select
        'stripe' as billing_source,
        customer_id as billing_customer_id,
        created_at,
        created_at as first_seen_at
    from stripe_customers

    union all

    select
        billing_source,
        billing_customer_id,
        cast(null as timestamp) as created_at,
        min(created_at) as first_seen_at
    from versions
    where billing_customer_id is not null
    group by billing_source, billing_customer_id

    union all

    select
        billing_source,
        billing_customer_id,
        cast(null as timestamp) as created_at,
        min(created_at) as first_seen_at
    from invoices
    where billing_customer_id is not null
    group by billing_source, billing_customer_id

    union all

    select
        'generic' as billing_source,
        customer_id as billing_customer_id,
        cast(null as timestamp) as created_at,
        min(started_at) as first_seen_at
    from generic_periods
    group by customer_id

),

final as (

    select
        billing_source,
        billing_customer_id,
        coalesce(min(created_at), min(first_seen_at)) as created_at
    from sightings
    group by billing_source, billing_customer_id

)

select * from final
