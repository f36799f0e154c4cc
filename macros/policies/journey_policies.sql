{% macro journey_policies() %}
    {#- The policies of who is who, and of which touches brought a conversion. -#}
    {{ return({
        'identity_max_ids_per_device': {
            'default': 2,
            'values': 'number',
            'meaning': 'A device that was identified as more than N users, or as more than N e-mail '
                ~ 'addresses, is shared: it ties nobody together and belongs to nobody. 1: a device never '
                ~ 'makes two addresses one person.',
        },
        'identity_max_ids_per_person': {
            'default': 10,
            'values': 'number',
            'meaning': 'An e-mail address of more than N CRM records or users, a user of more than N '
                ~ 'addresses, and a chain of users, devices and CRM records that would make more than N '
                ~ 'addresses one person are not believed: they tie nothing together. A domain of more '
                ~ 'than N company records of one CRM makes no account.',
        },
        'identity_max_devices_per_id': {
            'default': 100,
            'values': 'number',
            'meaning': 'An e-mail address or user that more than N devices were identified as is shared: '
                ~ 'its devices are not its person.',
        },
        'attribution_lookback_days': {
            'default': 90,
            'values': 'days',
            'meaning': 'Touches count for a conversion that comes up to N days after them.',
        },
        'attribution_half_life_days': {
            'default': 7,
            'values': 'number',
            'meaning': 'Model time_decay: a touch counts half as much as one N days later.',
        },
        'attribution_model': {
            'default': 'linear',
            'values': [
                'linear', 'first_touch', 'last_touch', 'last_non_direct', 'position_based', 'w_shaped',
                'time_decay',
            ],
            'meaning': 'The headline model: is_headline in fct_attribution. All models are rows.',
        },
    }) }}
{% endmacro %}

{% macro attribution_models() %}
    {#- The attribution models, in the order of lists. -#}
    {{ return([
        'linear', 'first_touch', 'last_touch', 'last_non_direct', 'position_based', 'w_shaped',
        'time_decay',
    ]) }}
{% endmacro %}

{% macro every_attribution_model() -%}
    {#- For a cross join: the relation `models` of the attribution models. -#}
    (
        values
        {%- for model in attribution_models() %} ('{{ model }}'){{ ',' if not loop.last }}{% endfor %}
    ) as models (model)
{%- endmacro %}

{% macro is_cohort_model() -%}
    {#- SQL: whether cohorts are followed under `attribution_model`. Each model multiplies the months of
        every customer, so they are followed without touches and under the headline model. -#}
    attribution_model in ('none', '{{ policy('attribution_model') }}')
{%- endmacro %}
