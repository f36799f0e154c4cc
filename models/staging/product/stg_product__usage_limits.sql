with

raw_limits as (
    select *
    from
        {{
            deduplicate(
                source('product', 'usage_limits'), ['account_id', 'limit_name', 'measured_at']
            )
        }} as latest
),

renamed as (
    select
        account_id,
        limit_name,
        limit_value,
        used_value,
        measured_at
    from raw_limits
)

select * from renamed
