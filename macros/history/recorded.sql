{% macro recorded_relation(name) %}
    {#- A table of schema `history` as earlier runs left it, or none where no run has written it. The
        steps that decide what this run adds read it by this, since a ref would be a circle. -#}
    {% if not execute %}
        {{ return(none) }}
    {% endif %}
    {{ return(load_cached_relation(api.Relation.create(
        database=this.database, schema=generate_schema_name('history', model), identifier=name
    ))) }}
{% endmacro %}

{% macro recorded_customer_months() -%}
    {#- What earlier runs reported of customers' months, as a relation; empty before the first. -#}
    {%- set recorded = recorded_relation('history_customer_mrr_reported') -%}
    {%- if recorded -%}
        {{ recorded }}
    {%- else -%}
        (
            select
                cast(null as date) as month,
                cast(null as string) as customer_id,
                cast(null as timestamp) as reported_at,
                cast(null as string) as reporting_currency,
                cast(null as int) as version_number,
                {% for amount in bridge_amounts() -%}
                    cast(null as decimal(38, 6)) as {{ amount }}{{ ',' if not loop.last }}
                {% endfor -%}
            where false
        )
    {%- endif -%}
{%- endmacro %}

{% macro last_report_at() -%}
    {#- As-of of the latest report that an earlier run wrote down in the reporting currency, as a SQL
        expression; null before the first. Both tables are asked: a run that died between them has
        written the one and not the other. -#}
    {%- set written = [
        recorded_relation('history_customer_mrr_reported'), recorded_relation('history_mrr_reports')
    ] | select | list -%}
    {%- if written -%}
        (
            select max(reports.reported_at)
            from (
                {%- for relation in written %}
                select max(reported_at) as reported_at
                from {{ relation }}
                where reporting_currency = '{{ var("reporting_currency") }}'
                {%- if not loop.last %}
                union all
                {%- endif %}
                {%- endfor %}
            ) as reports
        )
    {%- else -%}
        cast(null as timestamp)
    {%- endif -%}
{%- endmacro %}

{% macro policies_in_use() -%}
    {#- Every policy with the value that it has in this run, in one line of text. -#}
    {%- set settings = ['reporting_timezone=' ~ var('reporting_timezone')] -%}
    {%- for name in policy_catalogue() | sort -%}
        {%- do settings.append(name ~ '=' ~ policy(name)) -%}
    {%- endfor -%}
    {{ settings | join(', ') }}
{%- endmacro %}
