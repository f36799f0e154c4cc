{% macro policy_catalogue() %}
    {#- Every policy: its default, what it may be (a list of values, `days`, `number` or `date`), and
        what it means. docs/policies.md is generated from here. -#}
    {{ return({
        'churn_recognition': {
            'default': 'subscription_end',
            'values': ['subscription_end', 'paid_through', 'cancel_request'],
            'meaning': 'MRR stops when the subscription ends (with cancel-at-period-end that is the '
                ~ "period's end); or when its last paid period ends, even if service ended before; or "
                ~ 'when the cancellation was asked for.',
        },
        'discount_policy': {
            'default': 'recurring_active',
            'values': ['recurring_active', 'forever_only', 'all', 'none'],
            'meaning': 'Which coupons lower MRR while they run: forever and repeating ones; only forever '
                ~ 'ones; once coupons too, for one billing period; none (list MRR). Percentages apply '
                ~ 'one after the other, then amounts; an amount off is per invoice of the '
                ~ "subscription's interval, shared among items by amount, never below 0.",
        },
        'past_due_in_mrr': {
            'default': true,
            'values': [true, false],
            'meaning': 'A past-due subscription keeps its MRR until it is ended or unpaid; or has none '
                ~ 'while it is past due.',
        },
        'auto_churn_days': {
            'default': none,
            'values': 'days',
            'meaning': 'With N, a subscription churns (involuntarily) N days after the date of an invoice '
                ~ 'that is still unpaid, and comes back when it is paid.',
        },
        'paused_in_mrr': {
            'default': false,
            'values': [false, true],
            'meaning': 'While collection is paused MRR is 0, from the end of the period in force when the '
                ~ 'pause was asked for: churn with reason pause, then reactivation with reason resume; '
                ~ 'or a pause changes nothing.',
        },
        'free_plan_downgrade': {
            'default': 'churn',
            'values': ['churn', 'contraction'],
            'meaning': 'What it is when MRR falls to 0 while a free (or wholly discounted) plan goes on. '
                ~ 'With contraction the way back is expansion.',
        },
        'new_mrr_start': {
            'default': 'activation',
            'values': ['activation', 'first_payment'],
            'meaning': 'MRR begins at the later of the line\'s period start and the first active version; '
                ~ 'or not before the first paid invoice of the subscription.',
        },
        'movement_netting': {
            'default': 'day',
            'values': ['day', 'month'],
            'meaning': 'Changes of one customer within one day (or month) of the reporting time zone are '
                ~ 'one movement, dated by the last of them. Closing MRR is the same.',
        },
        'gap_grace_days': {
            'default': 0,
            'values': 'days',
            'meaning': 'A gap of up to N days between the end of what a customer pays for and its next '
                ~ 'start is bridged at the old MRR. Inside one subscription of a source with statuses '
                ~ 'the status decides.',
        },
        'reactivation_max_gap_days': {
            'default': none,
            'values': 'days',
            'meaning': 'With N, a customer that returns after more than N days counts as new.',
        },
        'usage_mrr': {
            'default': 'exclude',
            'values': ['exclude', 'invoiced_month', 'service_month', 'trailing_3m_avg'],
            'meaning': 'Metered revenue: left out; or as MRR of the month in which it is invoiced; of the '
                ~ 'month in which its service period starts; or the average of three invoiced months.',
        },
        'fx_policy': {
            'default': 'month_end',
            'values': ['month_end', 'constant'],
            'meaning': "The latest rate not after the month's last day, or as-of in the month under way, so "
                ~ 'that rates move MRR in a column of their own; or one rate for all time, that of '
                ~ 'fx_constant_date.',
        },
        'fx_constant_date': {
            'default': none,
            'values': 'date',
            'meaning': 'The day whose rates the constant policy takes; without it the first known ones.',
        },
        'week_factor': {
            'default': 52,
            'values': 'number',
            'meaning': 'Weekly billing periods in a year.',
        },
        'day_factor': {
            'default': 365,
            'values': 'number',
            'meaning': 'Daily billing periods in a year.',
        },
    }) }}
{% endmacro %}

{% macro policy_presets() %}
    {#- Named sets of policies, chosen by var `policy_preset`; a policy that is set by itself wins. The
        vendor-like ones set only what is known to differ from our defaults. -#}
    {{ return({
        'default': {},
        'stripe_2025': {'paused_in_mrr': true},
        'chartmogul': {'paused_in_mrr': true, 'free_plan_downgrade': 'contraction'},
        'profitwell': {'movement_netting': 'month'},
    }) }}
{% endmacro %}

{% macro policy(name) %}
    {#- The value of a policy: the var of its name, else what the preset says, else the default. -#}
    {% set chosen = var(name, none) %}
    {% if var('policy_preset', 'default') not in policy_presets() %}
        {% do exceptions.raise_compiler_error(
            "Policy preset '" ~ var('policy_preset') ~ "' is not known. Allowed: "
            ~ policy_presets().keys() | join(', ') ~ '.'
        ) %}
    {% endif %}
    {% if chosen is none %}
        {% set chosen = policy_presets()[var('policy_preset', 'default')].get(name) %}
    {% endif %}
    {{ return(policy_catalogue()[name].default if chosen is none else chosen) }}
{% endmacro %}

{% macro policy_is(name, value) -%}
    {#- SQL true where a policy has a value, else false. -#}
    {{ 'true' if policy(name) == value else 'false' }}
{%- endmacro %}

{% macro policy_problem(name, value) %}
    {#- What is wrong with a policy's value, or none. -#}
    {% set allowed = policy_catalogue()[name]['values'] %}
    {% if value is none %}
        {{ return(none) }}
    {% elif allowed == 'days' %}
        {{ return(none if value is integer and value >= 0 and value is not boolean else 'a whole number of days, 0 or more') }}
    {% elif allowed == 'number' %}
        {{ return(none if value is number and value > 0 and value is not boolean else 'a number above 0') }}
    {% elif allowed == 'date' %}
        {{ return(none if modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', value | string) else 'a date such as 2026-01-31') }}
    {% endif %}
    {{ return(none if value in allowed else allowed | join(', ')) }}
{% endmacro %}

{% macro validate_policies() %}
    {#- Stops the run at its start where a policy, the preset or the as-of has a value that no model
        knows, and lists those that are allowed. -#}
    {% set known = policy_catalogue().keys() | list
        + ['policy_preset', 'as_of', 'reporting_timezone', 'reporting_currency'] %}
    {% for name in (invocation_args_dict.get('vars') or {}) if name not in known %}
        {% do exceptions.raise_compiler_error(
            "Var '" ~ name ~ "' is not known. Allowed: " ~ known | join(', ') ~ '.'
        ) %}
    {% endfor %}
    {% for name in policy_catalogue() %}
        {% set problem = policy_problem(name, policy(name)) %}
        {% if problem %}
            {% do exceptions.raise_compiler_error(
                'Policy ' ~ name ~ ": '" ~ policy(name) ~ "' is not known. Allowed: " ~ problem ~ '.'
            ) %}
        {% endif %}
    {% endfor %}
    {% do as_of_datetime() %}
    {{ return('') }}
{% endmacro %}

{% macro print_policies() %}
    {#- The policies and presets as JSON on standard output, for the page docs/policies.md. -#}
    {% do print(tojson({'policies': policy_catalogue(), 'presets': policy_presets()})) %}
{% endmacro %}
