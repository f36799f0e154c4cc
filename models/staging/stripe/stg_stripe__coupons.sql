with

raw_coupons as (
    select * from {{ deduplicate(source('stripe', 'coupon'), ['id']) }} as latest
),

renamed as (
    select
        id as coupon_id,
        name as coupon_name,
        lower(trim(duration)) as duration,
        duration_in_months,
        cast(percent_off as decimal(18, 6)) as percent_off,
        {{ minor_to_major('amount_off', 'currency') }} as amount_off,
        upper(trim(currency)) as currency,
        coalesce(valid, true) as is_valid,
        coalesce(is_deleted, false) as is_deleted,
        _fivetran_synced as synced_at
    from raw_coupons
    where coalesce(livemode, true)
)

select * from renamed
