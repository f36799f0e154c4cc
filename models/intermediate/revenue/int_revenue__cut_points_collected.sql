with states as (

    select * from {{ ref('int_revenue__item_states_built') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}

),

owners as (

    select * from {{ ref('int_revenue__subscription_owners_derived') }}

),

-- Most subscriptions are never blocked, discounted or moved: their states pass as they are.
touched_subscriptions as (

    select states.subscription_id
    from states
    inner join blocked
        on
            states.subscription_id = blocked.subscription_id
            and states.valid_from < blocked.blocked_to
            and coalesce(states.valid_to, {{ far_future() }}) > blocked.blocked_from

    union

    select subscription_id
    from discounts

    union

    select subscription_id
    from owners

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

    union

    select
        subscription_id,
        owned_from as cut_at
    from owners

),

-- An amount off is shared out over the items of a subscription, so each is cut where another
-- changes.
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

final as (

    select
        outer_cuts.subscription_id,
        outer_cuts.cut_at
    from outer_cuts
    inner join touched_subscriptions
        on outer_cuts.subscription_id = touched_subscriptions.subscription_id

    union

    select
        subscription_id,
        cut_at
    from item_cuts

)

select * from final
