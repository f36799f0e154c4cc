with

raw_customers as (
    select * from {{ deduplicate(source('stripe', 'customer'), ['id']) }} as latest
),

renamed as (
    select
        id as customer_id,
        name as customer_name,
        email,
        address_country as country,
        upper(trim(currency)) as currency,
        created as created_at,
        coalesce(delinquent, false) as is_delinquent,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as synced_at
    from raw_customers
    where coalesce(livemode, true)
)

select * from renamed
