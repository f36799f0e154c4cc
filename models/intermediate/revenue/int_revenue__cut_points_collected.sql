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

-- Times in which something other than an item's own price or quantity changes what it counts. Most
-- subscriptions are never blocked, discounted or moved: their states pass as they are.
windows as (

    select
        blocked.subscription_id,
        blocked.blocked_from as cut_from,
        blocked.blocked_to as cut_to
    from blocked
    inner join states
        on
            blocked.subscription_id = states.subscription_id
            and blocked.blocked_to > states.valid_from
            and blocked.blocked_from < coalesce(states.valid_to, {{ far_future() }})

    union

    select
        subscription_id,
        started_at as cut_from,
        ended_at as cut_to
    from discounts

    union

    select
        subscription_id,
        owned_from as cut_from,
        owned_to as cut_to
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
        subscription_id,
        cut_from as cut_at
    from windows

    union

    select
        subscription_id,
        cut_to as cut_at
    from windows
    where cut_to is not null

    union

    select
        subscription_id,
        cut_at
    from item_cuts

)

select * from final
