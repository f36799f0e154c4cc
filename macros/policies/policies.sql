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
    {% elif allowed == 'months' %}
        {{ return(none if value is integer and value >= 0 and value is not boolean else 'a whole number of months, 0 or more') }}
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
