{% macro web_policies() %}
    {#- The policies of web traffic. -#}
    {{ return({
        'session_timeout_minutes': {
            'default': 30,
            'values': 'number',
            'meaning': 'After more than N minutes without an event a new session begins; exactly N continue '
                ~ 'the old one. Sessions that the source has keys for are as the source has them.',
        },
        'split_on_campaign': {
            'default': false,
            'values': [false, true],
            'meaning': 'Whether another campaign begins a new session, as in Universal Analytics; also inside '
                ~ 'sessions that the source has keys for.',
        },
        'split_on_midnight': {
            'default': false,
            'values': [false, true],
            'meaning': 'Whether midnight of the reporting time zone begins a new session, as in Universal '
                ~ 'Analytics; also inside sessions that the source has keys for.',
        },
        'web_sources': {
            'default': 'all',
            'values': ['all', 'ga4', 'segment'],
            'meaning': 'Whose sessions count. Where two tools watch the same pages, name one: else every '
                ~ 'visit counts twice.',
        },
        'web_days_gone': {
            'default': 'removed',
            'values': ['removed', 'kept'],
            'meaning': 'What becomes of a day of web events of which fewer rows are in the landing zone than '
                ~ 'were built. removed: it is built again from those, or removed; kept: it stays, for landing '
                ~ 'zones that hold the last files only.',
        },
        'ai_channel_from': {
            'default': '2026-05-13',
            'values': 'date',
            'meaning': 'The day from which visits from AI assistants are a channel of their own, that of Google '
                ~ 'Analytics; before, they are referrals. null: in all of history.',
        },
    }) }}
{% endmacro %}
