{% macro retention_policies() %}
    {#- The policies of conversion, churn and retention. -#}
    {{ return({
        'conversion_window_days': {
            'default': 90,
            'values': 'days',
            'meaning': 'Days within which a conversion counts as one within the window, and after which a '
                ~ 'cohort is mature.',
        },
        'churn_denominator': {
            'default': 'opening',
            'values': ['opening', 'opening_plus_new', 'average', 'daily_sum'],
            'meaning': 'Which form is the headline of logo churn: customers of the opening base who are '
                ~ 'gone at the end / opening base; or every churn of the period / (opening + new '
                ~ 'customers); or / the average of opening and closing customers; or the sum of the '
                ~ 'daily rates. All stand beside it as columns.',
        },
        'nrr_window_months': {
            'default': 12,
            'values': [12, 3, 1],
            'meaning': 'Over how many months the headline columns nrr, grr and logo_retention look back. '
                ~ 'The columns of 12, 3 and 1 months stay.',
        },
        'nrr_method': {
            'default': 'cohort',
            'values': ['cohort', 'bridge', 'bridge_with_reactivation'],
            'meaning': 'How the headline columns nrr and grr are computed: the MRR now of who was there '
                ~ 'at the start / their MRR then; or the opening MRR with the movements of everybody / '
                ~ 'opening MRR; or reactivation among the movements of nrr.',
        },
    }) }}
{% endmacro %}
