with usage_limits as (

    select * from {{ ref('stg_product__usage_limits') }}

),

final as (

    select
        account_id as account_ref,
        limit_name,
        limit_value,
        used_value,
        measured_at
    from usage_limits

)

select * from final
