with item_days as (

    select * from {{ ref('int_revenue__item_days_compared') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

owners as (

    select * from {{ ref('int_revenue__subscription_owners_derived') }}

),

-- Why an item stopped or came back, as far as its subscription says: what blocks it,
-- or that it went to another customer.
block_edges as (

    select
        subscription_id,
        subscription_item_id,
        {{ reporting_date('blocked_from') }} as edge_date,
        'start' as edge,
        cause
    from blocked

    union all

    select
        subscription_id,
        subscription_item_id,
        {{ reporting_date('blocked_to') }} as edge_date,
        'end' as edge,
        cause
    from blocked

    union all

    select
        subscription_id,
        cast(null as string) as subscription_item_id,
        {{ reporting_date('owned_to') }} as edge_date,
        'start' as edge,
        'transfer' as cause
    from owners

    union all

    select
        subscription_id,
        cast(null as string) as subscription_item_id,
        {{ reporting_date('owned_from') }} as edge_date,
        'end' as edge,
        'transfer' as cause
    from owners

),

final as (

    select
        item_days.customer_id,
        item_days.subscription_item_id,
        item_days.change_date,
        max(block_edges.cause) as cause
    from item_days
    inner join block_edges
        on
            item_days.subscription_id = block_edges.subscription_id
            and item_days.change_date = block_edges.edge_date
            and (
                block_edges.subscription_item_id is null
                or item_days.subscription_item_id = block_edges.subscription_item_id
            )
            and block_edges.edge = case
                when item_days.net_annual_amount = 0 then 'start' else 'end'
            end
    where
        -- Periods that were handed in have no status, whoever else has a subscription of the id.
        item_days.evidence <> 'direct'
        and (item_days.net_annual_amount = 0 or item_days.old_net_annual_amount = 0)
        and block_edges.cause in ('pause', 'unpaid', 'cancel_request', 'transfer')
    group by item_days.customer_id, item_days.subscription_item_id, item_days.change_date

)

select * from final
