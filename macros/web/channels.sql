{% macro ai_channel_from() -%}
    {#- The day from which AI assistants are a channel; null says always, which `policy` cannot. -#}
    {%- set day = var('ai_channel_from', policy('ai_channel_from')) -%}
    date '{{ day if day else "1900-01-01" }}'
{%- endmacro %}

{% macro origin_key(relation) -%}
    {#- A hash of all that a session knows about where it came from. -#}
    md5(concat_ws(
        '|',
        {%- for column in [
            'named_source', 'named_medium', 'named_campaign', 'click_id_kind', 'referrer_host'
        ] %}
        coalesce({{ relation }}.{{ column }}, ''){{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}

{% macro rule_holds() -%}
    {#- Whether a row of `channel_rules` is valid in one of `periods` and all of its conditions hold for
        one of `described`. -#}
    channel_rules.first_day <= periods.valid_from
    and channel_rules.end_day > periods.valid_from
    and coalesce(channel_rules.source_category = described.source_category, channel_rules.source_category is null)
    {%- for column in ['source', 'medium', 'campaign'] %}
    and (
        channel_rules.{{ column }}_pattern is null
        or {{ text_matches(
            "lower(coalesce(described." ~ column ~ ", ''))", 'channel_rules.' ~ column ~ '_pattern'
        ) }}
    )
    {%- endfor %}
{%- endmacro %}
