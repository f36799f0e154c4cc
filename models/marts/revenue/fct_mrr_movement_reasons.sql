with reasons as (

    select * from {{ ref('int_revenue__change_reasons_valued') }}

),

final as (

    select
        movement_id,
        reason,
        customer_id,
        movement_date,
        cast(mrr_change as decimal(38, 6)) as mrr_change,
        subscription_id,
        subscription_item_id,
        evidence,
        evidence_id
    from reasons

)

select * from final
order by movement_date, customer_id, subscription_item_id, reason
