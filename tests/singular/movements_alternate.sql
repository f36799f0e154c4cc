-- Invariant: a customer's first movement is `new`, and only the first; a churn is followed by
-- nothing or by a reactivation; a reactivation follows a churn and nothing else.
with movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

final as (

    select
        movement_id,
        customer_id,
        movement_date,
        movement_type,
        lag(movement_type) over (
            partition by customer_id order by movement_date
        ) as previous_movement_type
    from movements

)

select * from final
where
    (movement_type <> 'new' and previous_movement_type is null)
    or (
        movement_type = 'new'
        and previous_movement_type is not null
        and not (
            previous_movement_type = 'churn'
            and {{ 'false' if policy('reactivation_max_gap_days') is none else 'true' }}
        )
    )
    or (
        not {{ policy_is('free_plan_downgrade', 'contraction') }}
        and (
            (movement_type = 'reactivation' and previous_movement_type <> 'churn')
            or (previous_movement_type = 'churn' and movement_type not in ('reactivation', 'new'))
        )
    )
