with movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

segments as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

new_customers as (

    select
        movements.movement_id,
        movements.customer_id,
        {{ month_start('movements.movement_date') }} as month,
        movements.mrr_change
    from movements
    where movements.movement_type = 'new'

),

-- Without touches a customer is credited to no channel, and whether it was paid for is not known:
-- a cut by channel would set the costs of each against customers of none.
final as (

    select
        new_customers.movement_id,
        new_customers.customer_id,
        new_customers.month,
        'none' as attribution_model,
        types.segment_type,
        coalesce({{ segment_value('segments') }}, 'unknown') as segment_value,
        'unattributed' as channel,
        cast(null as boolean) as is_paid,
        cast(1 as decimal(18, 12)) as credit,
        cast(new_customers.mrr_change as decimal(38, 6)) as new_mrr
    from new_customers
    cross join {{ every_segment_type() }}
    left join segments
        on
            new_customers.customer_id = segments.customer_id
            and new_customers.month = segments.month
    where types.segment_type <> 'acquisition_channel'

)

select * from final
