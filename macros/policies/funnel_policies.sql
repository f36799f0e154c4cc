{% macro funnel_policies() %}
    {#- The policies of leads and of the funnel. -#}
    {{ return({
        'backfill_skipped_stages': {
            'default': true,
            'values': [true, false],
            'meaning': 'A lead that reaches a stage has reached the ones before it too, at the same time, '
                ~ 'where it skipped them; or a stage counts only where the CRM says that it was entered.',
        },
        'funnel_window_days': {
            'default': 90,
            'values': 'days',
            'meaning': 'Days within which a step of the funnel counts as one within the window, and after '
                ~ 'which a cohort of the funnel is mature.',
        },
        'first_call_sla_hours': {
            'default': 24,
            'values': 'number',
            'meaning': 'Hours by the clock within which a lead is to be called.',
        },
    }) }}
{% endmacro %}
