-- Invariant: the type of a movement agrees with opening and closing MRR, and a movement moves
-- something. Only under free_plan_downgrade contraction may MRR fall to 0 without churn.
with movements as (

    select * from {{ ref('fct_mrr_movements') }}

)

select * from movements
where
    opening_mrr = closing_mrr
    or case movement_type
        when 'new' then opening_mrr <> 0
        when 'reactivation' then opening_mrr <> 0
        when 'churn' then opening_mrr = 0 or closing_mrr <> 0
        when 'expansion'
            then closing_mrr < opening_mrr
                or (opening_mrr = 0 and not {{ policy_is('free_plan_downgrade', 'contraction') }})
        when 'contraction'
            then closing_mrr > opening_mrr
                or (closing_mrr = 0 and not {{ policy_is('free_plan_downgrade', 'contraction') }})
        else true
    end
