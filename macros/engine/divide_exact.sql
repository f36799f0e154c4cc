{% macro divide_exact(numerator, denominator, scale, places=12) -%}
    {#- Exact decimal division, rounded half away from zero to `scale` places; null where an argument is
        null or the denominator is 0. (DuckDB's decimal / anything is a double.)
        places: decimals of the arguments that count; they stay below 10^(38 - 2 * places), and the
        numerator below 8 * 10^(37 - places - scale). Returns decimal(38, scale). -#}
    {{ adapter.dispatch('divide_exact')(numerator, denominator, scale, places) }}
{%- endmacro %}

{% macro duckdb__divide_exact(numerator, denominator, scale, places) -%}
    {#- 128-bit division costs several times a double's. Where a double cannot be on the wrong side of a
        half (it is far from one, and small enough for its own error to be smaller), it decides. -#}
    {%- set unit = '1' ~ '0' * places -%}
    {%- set n = 'cast(cast(' ~ numerator ~ ' as decimal(38, ' ~ places ~ ')) * ' ~ unit ~ ' as hugeint)' -%}
    {%- set d = 'nullif(cast(cast(' ~ denominator ~ ' as decimal(38, ' ~ places ~ ')) * ' ~ unit ~ ' as hugeint), 0)' -%}
    {%- set smallest = 'cast(0.' ~ '0' * (scale - 1) ~ '1 as decimal(' ~ (scale + 1) ~ ', ' ~ scale ~ '))' -%}
    {%- set estimate = '(cast(' ~ numerator ~ ' as double) / nullif(cast(' ~ denominator ~ ' as double), 0) * 1e' ~ scale ~ ')' -%}
    case
        when {{ denominator }} = 1 then cast({{ numerator }} as decimal(38, {{ scale }}))
        {% if places >= scale + 3 -%}
        when
            abs({{ estimate }}) < 1e12
            and abs(abs({{ estimate }}) - floor(abs({{ estimate }})) - 0.5) > 0.001
            then cast(
                cast(cast(round({{ estimate }}) as bigint) as decimal(18, 0)) * {{ smallest }}
                as decimal(38, {{ scale }})
            )
        {% endif -%}
        else cast(
            cast(
                sign({{ n }}) * sign({{ d }})
                * ((2 * abs({{ n }}) * {{ '1' ~ '0' * scale }} + abs({{ d }})) // (2 * abs({{ d }})))
                as decimal(38, 0)
            ) * {{ smallest }}
            as decimal(38, {{ scale }})
        )
    end
{%- endmacro %}

{% macro default__divide_exact(numerator, denominator, scale, places) -%}
    cast(
        round(
            cast({{ numerator }} as decimal(38, {{ places }}))
            / nullif(cast({{ denominator }} as decimal(38, {{ places }})), 0),
            {{ scale }}
        ) as decimal(38, {{ scale }})
    )
{%- endmacro %}
