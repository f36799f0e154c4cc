with movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

segments as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

customer_channels as (

    select * from {{ ref('int_attribution__customer_channels') }}

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

-- Model none credits no channel, and whether that was paid for is not known: it has no such cut.
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

    union all

    select
        new_customers.movement_id,
        new_customers.customer_id,
        new_customers.month,
        customer_channels.model as attribution_model,
        types.segment_type,
        case
            when types.segment_type = 'all' then 'all'
            when customer_channels.channel = 'unattributed' then 'unknown'
            else customer_channels.channel
        end as segment_value,
        customer_channels.channel,
        customer_channels.is_paid,
        cast(customer_channels.share_to - customer_channels.share_from as decimal(18, 12))
            as credit,
        cast(
            {{ part_of('new_customers.mrr_change', 'customer_channels.share_to') }}
            - {{ part_of('new_customers.mrr_change', 'customer_channels.share_from') }}
            as decimal(38, 6)
        ) as new_mrr
    from new_customers
    inner join customer_channels
        on new_customers.customer_id = customer_channels.customer_id
    cross join (values ('all'), ('acquisition_channel')) as types (segment_type)

)

select * from final
