with

raw_plans as (
    select * from {{ deduplicate(source('stripe', 'plan'), ['id']) }} as latest
),

renamed as (
    select
        id as price_id,
        product_id,
        nickname as price_name,
        'recurring' as price_type,
        lower(trim(billing_scheme)) as billing_scheme,
        lower(trim(tiers_mode)) as tiers_mode,
        upper(trim(currency)) as currency,
        {{ minor_decimal_to_major('amount', 'currency') }} as unit_amount,
        lower(trim(interval)) as billing_interval,
        interval_count,
        lower(trim(usage_type)) as usage_type,
        transform_usage_divide_by as transform_divide_by,
        lower(trim(transform_usage_round)) as transform_round,
        coalesce(active, true) as is_active,
        coalesce(is_deleted, false) as is_deleted,
        created as created_at,
        _fivetran_synced as synced_at
    from raw_plans
    where coalesce(livemode, true)
)

select * from renamed
