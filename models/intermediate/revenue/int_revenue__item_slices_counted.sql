with states as (

    select * from {{ ref('int_revenue__item_states_built') }}

),

slices as (

    select * from {{ ref('int_revenue__item_slices_cut') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

owners as (

    select * from {{ ref('int_revenue__subscription_owners_derived') }}

),

touched_subscriptions as (

    select subscription_id
    from slices
    group by subscription_id

),

-- Most subscriptions are never blocked, discounted or moved: their states pass as they are.
untouched as (

    select
        states.*,
        states.valid_from as slice_from,
        states.valid_to as slice_to
    from states
    left join touched_subscriptions
        on states.subscription_id = touched_subscriptions.subscription_id
    where touched_subscriptions.subscription_id is null

),

unblocked as (

    select slices.*
    from slices
    where not exists (
        select 1
        from blocked
        where
            blocked.subscription_id = slices.subscription_id
            and (
                blocked.subscription_item_id is null
                or blocked.subscription_item_id = slices.subscription_item_id
            )
            and blocked.blocked_from <= slices.slice_from
            and blocked.blocked_to > slices.slice_from
    )

),

counted as (

    select * from untouched
    union all
    select * from unblocked

),

final as (

    select
        counted.billing_source,
        coalesce(owners.billing_customer_id, counted.billing_customer_id) as billing_customer_id,
        counted.subscription_id,
        counted.subscription_item_id,
        counted.price_id,
        counted.product_id,
        counted.billing_interval,
        counted.interval_count,
        counted.quantity,
        counted.currency,
        counted.gross_annual_amount,
        counted.share_without_tax,
        counted.slice_from as valid_from,
        counted.slice_to as valid_to,
        counted.evidence,
        counted.evidence_id
    from counted
    left join owners
        on
            counted.subscription_id = owners.subscription_id
            and counted.slice_from >= owners.owned_from
            and counted.slice_from < owners.owned_to

)

select * from final
