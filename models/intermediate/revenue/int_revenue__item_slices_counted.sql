with states as (

    select * from {{ ref('int_revenue__item_states_built') }}

),

slices as (

    select * from {{ ref('int_revenue__item_slices_cut') }}

),

blocked as (

    select * from {{ ref('int_revenue__blocked_windows_derived') }}

),

touched_subscriptions as (

    select subscription_id
    from slices
    group by subscription_id

),

-- Most subscriptions are never blocked nor discounted: their states pass as they are.
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
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        price_id,
        product_id,
        billing_interval,
        interval_count,
        quantity,
        currency,
        gross_annual_amount,
        share_without_tax,
        slice_from as valid_from,
        slice_to as valid_to,
        evidence,
        evidence_id
    from counted

)

select * from final
