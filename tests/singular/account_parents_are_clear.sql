-- Invariant: an account has one parent, and its parents end at a top.
select
    account_id,
    parent_account_id,
    top_account_id,
    case
        when is_cycle
            then
                'The parents of ' || account_id || ' run in a circle (' || parent_account_id
                || ', ' || top_account_id || '): end it in generic.customer_account_map.'
        else
            'The rows of ' || account_id || ' name several parents: leave one of them in '
            || 'generic.customer_account_map.'
    end as what_to_do
from {{ ref('input_accounts__parents_followed') }}
where is_cycle or has_several_parents
