with

raw_products as (
    select * from {{ deduplicate(source('stripe', 'product'), ['id']) }} as latest
),

renamed as (
    select
        id as product_id,
        name as product_name,
        lower(trim(type)) as product_type,
        coalesce(active, true) as is_active,
        coalesce(is_deleted, false) as is_deleted,
        created as created_at,
        _fivetran_synced as synced_at
    from raw_products
    where coalesce(livemode, true)
)

select * from renamed
