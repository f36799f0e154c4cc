{% macro group_month_columns(kind) %}
    {#- The measures of int_accounts__group_months_summed.
        kind: `count` (bigint) or `amount` (decimal, reporting currency). -#}
    {{ return({
        'count': [
            'accounts_added', 'created_opportunities', 'won', 'lost', 'open_change', 'new_customers',
            'churned_customers', 'closing_customers', 'won_with_amount', 'won_with_cycle',
            'won_cycle_days', 'large_opportunities', 'large_won', 'large_lost',
            'long_cycle_won', 'long_cycle_lost',
        ],
        'amount': ['won_amount', 'lost_amount', 'new_mrr', 'closing_mrr'],
    }[kind]) }}
{% endmacro %}
