{% macro account_policies() %}
    {#- The policies of accounts and of account-based selling. -#}
    {{ return({
        'icp_min_coverage': {
            'default': 0.5,
            'values': 'number',
            'meaning': 'The share of the weights of icp_criteria whose inputs must be known for an account to '
                ~ 'have an ideal-customer score.',
        },
        'large_deal_amount': {
            'default': 50000,
            'values': 'number',
            'meaning': 'Deals over this amount, in the reporting currency, are large in '
                ~ 'rpt_account_based_selling.',
        },
        'long_cycle_days': {
            'default': 182,
            'values': 'number',
            'meaning': 'Deals that took more days than this from start to close have a long cycle: half a year.',
        },
    }) }}
{% endmacro %}
