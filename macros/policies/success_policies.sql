{% macro success_policies() %}
    {#- The policies of customer success. -#}
    {{ return({
        'minimum_score_coverage': {
            'default': 0.5,
            'values': 'number',
            'meaning': 'Share of the weights (seed score_weights) of which the inputs must be known for '
                ~ 'an engagement or health score; with less there is none.',
        },
        'nps_memory_months': {
            'default': 12,
            'values': 'months',
            'meaning': 'Months for which an answer to the NPS question counts in the health score.',
        },
        'payment_term_days': {
            'default': 30,
            'values': 'days',
            'meaning': 'Days after which an invoice without a due date is overdue, in the health score. A '
                ~ 'due date of the billing source goes before it.',
        },
        'renewal_notice_days': {
            'default': 90,
            'values': 'days',
            'meaning': 'Days before the end of a discount in which it counts as expiring, in the health '
                ~ 'score and as an upsell signal.',
        },
        'near_limit_share': {
            'default': 0.8,
            'values': 'number',
            'meaning': 'Share of a usage limit from which on a customer is near it.',
        },
    }) }}
{% endmacro %}
