with movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

-- Without touches a customer is credited to no channel, and whether it was paid for is not known.
final as (

    select
        movement_id,
        customer_id,
        {{ month_start('movement_date') }} as month,
        'none' as attribution_model,
        'all' as segment_type,
        'all' as segment_value,
        'unattributed' as channel,
        cast(null as boolean) as is_paid,
        cast(1 as decimal(18, 12)) as credit,
        cast(mrr_change as decimal(38, 6)) as new_mrr
    from movements
    where movement_type = 'new'

)

select * from final
