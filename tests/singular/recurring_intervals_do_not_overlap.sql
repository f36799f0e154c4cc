-- Invariant: the states of one item never overlap, end after they start, and count nothing below
-- 0. It guards everything that adds intervals up.
with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}

),

final as (

    select
        billing_source,
        subscription_id,
        subscription_item_id,
        valid_from,
        valid_to,
        net_annual_amount,
        evidence,
        lead(valid_from) over (
            partition by billing_source, subscription_item_id order by valid_from
        ) as next_valid_from
    from intervals

)

select * from final
where
    valid_to <= valid_from
    or next_valid_from < coalesce(valid_to, {{ far_future() }})
    or net_annual_amount is null
    or (net_annual_amount < 0 and evidence <> 'direct')
