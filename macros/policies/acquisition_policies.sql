{% macro acquisition_policies() %}
    {#- The policies of costs and of what is made of them. -#}
    {{ return({
        'ledger_media': {
            'default': 'exclude_where_platform_reports',
            'values': ['exclude_where_platform_reports', 'include', 'exclude'],
            'meaning': 'Media in the ledger that ad platforms report too: left out in the months in which '
                ~ 'the platform that the vendor names reports spend (any platform, where no vendor is '
                ~ 'given); or counted besides; or all media in the ledger left out.',
        },
        'crm_campaign_costs': {
            'default': 'exclude_where_ledger_reports',
            'values': ['exclude_where_ledger_reports', 'include', 'exclude'],
            'meaning': 'What CRM campaigns cost: left out in the months in which the ledger (or, for media, '
                ~ 'a platform) reports costs of their category; or counted besides; or all left out.',
        },
        'cost_allocation': {
            'default': 'new_customers',
            'values': ['new_customers', 'new_mrr', 'none'],
            'meaning': 'How costs that belong to no one segment (people, tools, media of no known channel) are '
                ~ 'shared among segments: by the new customers credited to them, by their new MRR, or not '
                ~ 'at all, which leaves them with the segment unknown.',
        },
        'cac_lag_months': {
            'default': 0,
            'values': 'months',
            'meaning': 'The customers of a month are set against the costs of the month N before: about the '
                ~ 'length of the sales cycle.',
        },
        'gross_margin_source': {
            'default': 'ledger_else_seed',
            'values': ['ledger_else_seed', 'ledger', 'seed'],
            'meaning': 'Gross margin in LTV and payback alike: from the cost of revenue of the month, and from '
                ~ 'the seed gross_margins where there is none; only from the one; or only from the other.',
        },
        'ltv_max_months': {
            'default': 60,
            'values': 'number',
            'meaning': 'The longest customer lifetime, in months, that LTV counts: a churn of nearly 0 makes '
                ~ 'no customer immortal.',
        },
        'kpi_alert_deviations': {
            'default': 3,
            'values': 'number',
            'meaning': 'By how many standard deviations of its last 12 monthly changes a figure of '
                ~ 'rpt_saas_kpis_monthly must change to be flagged.',
        },
    }) }}
{% endmacro %}
