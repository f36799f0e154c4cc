with

raw_prices as (
    select * from {{ deduplicate(source('stripe', 'price'), ['id']) }} as latest
),

renamed as (
    select
        id as price_id,
        product_id,
        nickname as price_name,
        lower(trim(type)) as price_type,
        lower(trim(billing_scheme)) as billing_scheme,
        lower(trim(tiers_mode)) as tiers_mode,
        upper(trim(currency)) as currency,
        {{
            minor_decimal_to_major(
                "coalesce(nullif(trim(unit_amount_decimal), ''), cast(unit_amount as string))",
                'currency'
            )
        }} as unit_amount,
        lower(trim(recurring_interval)) as billing_interval,
        recurring_interval_count as interval_count,
        lower(trim(recurring_usage_type)) as usage_type,
        transform_quantity_divide_by as transform_divide_by,
        lower(trim(transform_quantity_round)) as transform_round,
        coalesce(active, true) as is_active,
        coalesce(is_deleted, false) as is_deleted,
        created as created_at,
        _fivetran_synced as synced_at
    from raw_prices
    where coalesce(livemode, true)
)

select * from renamed
