with product_events as (

    select * from {{ ref('stg_product__events') }}

),

final as (

    select
        event_id as event_key,
        user_id,
        account_id as account_ref,
        event_name,
        cast(occurred_at as date) as event_date,
        occurred_at
    from product_events

)

select * from final
