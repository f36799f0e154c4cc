-- Invariant: the type of a movement agrees with opening and closing MRR, and a movement moves
-- something. Only under free_plan_downgrade contraction may MRR fall to 0 without churn.
with movements as (

    select * from {{ ref('fct_mrr_movements') }}

)

select * from movements
where
    opening_mrr = closing_mrr
    or (movement_type in ('new', 'reactivation') and opening_mrr <> 0)
    or (movement_type = 'churn' and (opening_mrr = 0 or closing_mrr <> 0))
    or (movement_type = 'expansion' and closing_mrr < opening_mrr)
    or (movement_type = 'contraction' and closing_mrr > opening_mrr)
    or (
        not {{ policy_is('free_plan_downgrade', 'contraction') }}
        and (
            (movement_type = 'expansion' and opening_mrr = 0)
            or (movement_type = 'contraction' and closing_mrr = 0)
        )
    )
