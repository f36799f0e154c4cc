{% macro seconds_between(start_at, end_at) -%}
    {#- Whole seconds from one instant to another. -#}
    {{ adapter.dispatch('seconds_between')(start_at, end_at) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start_at, end_at) -%}
    date_diff('second', {{ start_at }}, {{ end_at }})
{%- endmacro %}

{% macro default__seconds_between(start_at, end_at) -%}
    (unix_timestamp({{ end_at }}) - unix_timestamp({{ start_at }}))
{%- endmacro %}

{% macro add_days(instant, days) -%}
    {#- An instant moved by a number of days. -#}
    {{ adapter.dispatch('add_days')(instant, days) }}
{%- endmacro %}

{% macro duckdb__add_days(instant, days) -%}
    ({{ instant }} + to_days(cast({{ days }} as int)))
{%- endmacro %}

{% macro default__add_days(instant, days) -%}
    ({{ instant }} + make_interval(0, 0, 0, {{ days }}))
{%- endmacro %}

{% macro add_billing_period(instant, billing_interval, interval_count, direction='') -%}
    {#- An instant moved by one billing period; direction '-' goes back. -#}
    case {{ billing_interval }}
        when 'month' then {{ add_months(instant, direction ~ interval_count) }}
        when 'year' then {{ add_months(instant, direction ~ '12 * ' ~ interval_count) }}
        when 'week' then {{ add_days(instant, direction ~ '7 * ' ~ interval_count) }}
        else {{ add_days(instant, direction ~ interval_count) }}
    end
{%- endmacro %}

{% macro full_period_share(start_at, end_at, billing_interval, interval_count) -%}
    {#- By what the amount of a part of a billing period grows to that of the full one: the seconds of
        the period that ends at `end_at` over those of the part. A double. -#}
    (
        cast({{ seconds_between(
            add_billing_period(end_at, billing_interval, interval_count, '-'), end_at
        ) }} as double)
        / nullif({{ seconds_between(start_at, end_at) }}, 0)
    )
{%- endmacro %}

{% macro just_after(instant) -%}
    {#- One microsecond later: turns `<` into "not after". -#}
    {{ adapter.dispatch('just_after')(instant) }}
{%- endmacro %}

{% macro duckdb__just_after(instant) -%}
    ({{ instant }} + to_microseconds(1))
{%- endmacro %}

{% macro default__just_after(instant) -%}
    ({{ instant }} + interval 1 microsecond)
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    {#- Days from one date to a later one. -#}
    {{ adapter.dispatch('days_between')(first_day, last_day) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{%- endmacro %}
