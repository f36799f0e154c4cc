with states as (

    select * from {{ ref('int_revenue__item_states_built') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}

),

-- Instants at which something other than an item's own price or quantity changes what it counts.
outer_cuts as (

    select
        subscription_id,
        blocked_from as cut_at
    from blocked

    union

    select
        subscription_id,
        blocked_to as cut_at
    from blocked

    union

    select
        subscription_id,
        started_at as cut_at
    from discounts

    union

    select
        subscription_id,
        ended_at as cut_at
    from discounts
    where ended_at is not null

),

-- An amount off is shared out over the items of a subscription, so each is cut where another changes.
shared_subscriptions as (

    select subscription_id
    from discounts
    where amount_off > 0
    group by subscription_id

),

item_cuts as (

    select
        states.subscription_id,
        states.valid_from as cut_at
    from states
    inner join shared_subscriptions
        on states.subscription_id = shared_subscriptions.subscription_id

    union

    select
        states.subscription_id,
        states.valid_to as cut_at
    from states
    inner join shared_subscriptions
        on states.subscription_id = shared_subscriptions.subscription_id
    where states.valid_to is not null

),

cuts as (

    select * from outer_cuts
    union
    select * from item_cuts

),

slice_starts as (

    select
        subscription_item_id,
        valid_from,
        valid_from as slice_from
    from states

    union

    select
        states.subscription_item_id,
        states.valid_from,
        cuts.cut_at as slice_from
    from states
    inner join cuts
        on
            states.subscription_id = cuts.subscription_id
            and states.valid_from < cuts.cut_at
            and coalesce(states.valid_to, timestamp '9999-12-31 00:00:00') > cuts.cut_at

),

slices as (

    select
        subscription_item_id,
        valid_from,
        slice_from,
        lead(slice_from) over (
            partition by subscription_item_id, valid_from order by slice_from
        ) as next_slice_from
    from slice_starts

),

final as (

    select
        states.billing_source,
        states.billing_customer_id,
        states.subscription_id,
        states.subscription_item_id,
        states.price_id,
        states.product_id,
        states.billing_interval,
        states.interval_count,
        states.quantity,
        states.currency,
        states.gross_annual_amount,
        slices.slice_from as valid_from,
        coalesce(slices.next_slice_from, states.valid_to) as valid_to,
        states.evidence,
        states.evidence_id
    from slices
    inner join states
        on
            slices.subscription_item_id = states.subscription_item_id
            and slices.valid_from = states.valid_from
    where not exists (
        select 1
        from blocked
        where
            blocked.subscription_id = states.subscription_id
            and (
                blocked.subscription_item_id is null
                or blocked.subscription_item_id = states.subscription_item_id
            )
            and blocked.blocked_from <= slices.slice_from
            and blocked.blocked_to > slices.slice_from
    )

)

select * from final
