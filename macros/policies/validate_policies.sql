{% macro allowed_policies() %}
    {#- Every policy var with the values it may take; docs/policies.md says what they mean. -#}
    {{ return({
        'churn_recognition': ['subscription_end'],
        'discount_policy': ['recurring_active'],
        'paused_in_mrr': [false],
        'free_plan_downgrade': ['churn'],
        'new_mrr_start': ['activation'],
        'movement_netting': ['day'],
        'usage_mrr': ['exclude'],
        'fx_policy': ['month_end'],
        'gap_grace_days': [0],
    }) }}
{% endmacro %}

{% macro validate_policies() %}
    {#- Stops the run at the start where a policy var has a value that no model knows. -#}
    {% for name, allowed in allowed_policies().items() %}
        {% if var(name) not in allowed %}
            {% do exceptions.raise_compiler_error(
                "Policy " ~ name ~ ": '" ~ var(name) ~ "' is not known. Allowed: " ~ allowed | join(', ') ~ '.'
            ) %}
        {% endif %}
    {% endfor %}
    {% do as_of_datetime() %}
    {{ return('') }}
{% endmacro %}
