with states as (

    select * from {{ ref('int_revenue__item_states_built') }}

),

cuts as (

    select * from {{ ref('int_revenue__cut_points_collected') }}

),

touched_subscriptions as (

    select subscription_id
    from cuts
    group by subscription_id

),

touched_states as (

    select states.*
    from states
    inner join touched_subscriptions
        on states.subscription_id = touched_subscriptions.subscription_id

),

slice_starts as (

    select
        subscription_item_id,
        valid_from,
        valid_from as slice_from
    from touched_states

    union

    select
        touched_states.subscription_item_id,
        touched_states.valid_from,
        cuts.cut_at as slice_from
    from touched_states
    inner join cuts
        on
            touched_states.subscription_id = cuts.subscription_id
            and touched_states.valid_from < cuts.cut_at
            and coalesce(touched_states.valid_to, {{ far_future() }}) > cuts.cut_at

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
        touched_states.*,
        slices.slice_from,
        coalesce(slices.next_slice_from, touched_states.valid_to) as slice_to
    from slices
    inner join touched_states
        on
            slices.subscription_item_id = touched_states.subscription_item_id
            and slices.valid_from = touched_states.valid_from

)

select * from final
