{% macro icp_criteria() %}
    {#- The criteria of the ideal customer profile that the models know, in the order of columns. The
        seed icp_criteria weighs them. -#}
    {{ return([
        'industry', 'employees', 'headquarters', 'revenue', 'funding', 'valuation', 'investors',
        'ownership', 'sales_team_share', 'acquisition_channel', 'touchpoints',
    ]) }}
{% endmacro %}

{% macro account_group_types() %}
    {#- How reports of account-based selling cut accounts, beside 'all': targets and the rest, and the
        tiers of targets. -#}
    {{ return(['target', 'tier']) }}
{% endmacro %}

{% macro account_group(targets, day) -%}
    {#- The group of an account for the type of `types`, on a day: what happened before it was a target
        is of the rest.
        targets: alias of the account's row of int_accounts__targets_listed, if any; day: SQL of a
        date. -#}
    case
        when types.segment_type = 'all' then 'all'
        when
            {{ targets }}.account_id is null
            or coalesce({{ targets }}.targeted_from > {{ day }}, false)
            then 'rest'
        when types.segment_type = 'target' then 'target'
        else {{ targets }}.target_tier
    end
{%- endmacro %}

{% macro every_account_group_type() -%}
    {#- For a cross join: the relation `types` of 'all' and the ways to cut accounts. -#}
    (
        values ('all')
        {%- for type in account_group_types() %}, ('{{ type }}'){% endfor %}
    ) as types (segment_type)
{%- endmacro %}
