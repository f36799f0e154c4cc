{% macro policy_catalogue() %}
    {#- Every policy: its default, what it may be (a list of values, `days`, `months`, `number` or
        `date`), and what it means. docs/policies.md is generated from here. -#}
    {% set found = {} %}
    {% do found.update(revenue_policies()) %}
    {% do found.update(retention_policies()) %}
    {% do found.update(acquisition_policies()) %}
    {% do found.update(journey_policies()) %}
    {% do found.update(funnel_policies()) %}
    {% do found.update(web_policies()) %}
    {% do found.update(success_policies()) %}
    {% do found.update(account_policies()) %}
    {{ return(found) }}
{% endmacro %}

{% macro revenue_policies() %}
    {#- The policies of recurring revenue. -#}
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
        'account_level': {
            'default': 'account',
            'values': ['account', 'parent'],
            'meaning': 'Who a customer is: the paying account; or the company at the top of its group, '
                ~ 'as parent_account_id of the account map says.',
        },
        'usage_mrr': {
            'default': 'exclude',
            'values': ['exclude', 'invoiced_month', 'service_month', 'trailing_3m_avg'],
            'meaning': 'Metered revenue: left out; or as MRR of the month in which it is invoiced; of the '
                ~ 'month in which its service period starts; or the average of three invoiced months, a '
                ~ 'month without usage counting 0. It never outlives its subscription, and is without tax; '
                ~ 'coupons do not lower it.',
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
        'pii_in_marts': {
            'default': 'include',
            'values': ['include', 'mask', 'exclude'],
            'meaning': 'Names of customers, accounts, opportunities and sales reps and domains of e-mail '
                ~ 'addresses in the marts: as they are; their first character and three asterisks; or '
                ~ 'null. Full addresses never reach a mart, and comments of surveys only as they are. '
                ~ 'Numbers and keys are the same.',
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
