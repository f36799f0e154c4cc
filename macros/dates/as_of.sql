{% macro as_of_datetime() %}
    {#- The as-of instant as a Python datetime in UTC, without zone.
        Order: var `as_of`, environment SAAS_METRICS_AS_OF, start of the run. A date means its 00:00;
        a value without an offset is in the reporting time zone. -#}
    {%- set raw = (var('as_of') or env_var('SAAS_METRICS_AS_OF', '')) | string | trim -%}
    {%- if not raw -%}
        {{ return(run_started_at.replace(tzinfo=none)) }}
    {%- endif -%}
    {%- set shape = '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$' -%}
    {%- if not modules.re.match(shape, raw) -%}
        {{ exceptions.raise_compiler_error(
            "as_of: '" ~ raw ~ "' is not an ISO date or timestamp. Set var as_of or the environment "
            ~ "variable SAAS_METRICS_AS_OF to a value such as 2026-11-01 or 2026-11-01T06:00:00Z."
        ) }}
    {%- endif -%}
    {%- set parsed = modules.datetime.datetime.fromisoformat(raw) -%}
    {%- if parsed.tzinfo is none -%}
        {%- set parsed = modules.pytz.timezone(var('reporting_timezone')).localize(parsed) -%}
    {%- endif -%}
    {{ return(parsed.astimezone(modules.pytz.utc).replace(tzinfo=none)) }}
{% endmacro %}

{% macro as_of() -%}
    {#- The as-of instant as a SQL timestamp literal (UTC). -#}
    cast('{{ as_of_datetime().isoformat(sep=" ") }}' as timestamp)
{%- endmacro %}

{% macro as_of_date() -%}
    {#- The as-of date in the reporting time zone, as a SQL date literal. -#}
    {%- set utc = modules.pytz.utc.localize(as_of_datetime()) -%}
    cast('{{ utc.astimezone(modules.pytz.timezone(var("reporting_timezone"))).date() }}' as date)
{%- endmacro %}
