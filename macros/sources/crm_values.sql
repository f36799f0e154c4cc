{% macro moment_of_day(day, instants) -%}
    {#- When on a day something happened: the first of `instants` that is on that day (in the
        reporting time zone), else the start of the day.
        day: SQL of a date; instants: list of SQL of UTC timestamps, the best evidence first. -#}
    case
        {%- for instant in instants %}
        when {{ reporting_date(instant) }} = {{ day }} then {{ instant }}
        {%- endfor %}
        else {{ local_to_utc('cast(' ~ day ~ ' as timestamp)') }}
    end
{%- endmacro %}

{% macro opportunity_type(own_type) -%}
    {#- new_business, expansion, renewal or unknown, from the type of an opportunity as a CRM writes
        it, in lower case. -#}
    case
        when {{ own_type }} like '%renew%' then 'renewal'
        when {{ own_type }} like '%downgrade%' then 'unknown'
        when
            {{ own_type }} like '%exist%'
            or {{ own_type }} like '%expan%'
            or {{ own_type }} like '%upsell%'
            or {{ own_type }} like '%upgrade%'
            or {{ own_type }} like '%add%on%'
            or {{ own_type }} like '%cross%sell%'
            then 'expansion'
        when {{ own_type }} like '%new%' then 'new_business'
        else 'unknown'
    end
{%- endmacro %}

{% macro opportunity_status(is_closed, is_won) -%}
    {#- won, lost or open. -#}
    case when {{ is_won }} then 'won' when {{ is_closed }} then 'lost' else 'open' end
{%- endmacro %}

{% macro evidence_rank(evidence) -%}
    {#- How well the time of an entry into a stage is known, the best first: 1 to 4. -#}
    case {{ evidence }}
        when 'property_history' then 1
        when 'stage_date' then 2
        when 'conversion' then 3
        else 4
    end
{%- endmacro %}
