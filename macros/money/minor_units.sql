{% macro minor_unit_digits(currency) -%}
    {#- Decimals of the minor unit in which the billing source counts a currency (upper-case code).
        ISO 4217, except where Stripe differs (ISK and UGX are sent with two decimals, MGA with none). -#}
    {{ by_minor_unit(currency, '0', '3', '2') }}
{%- endmacro %}

{% macro by_minor_unit(currency, without, thousandths, hundredths) -%}
    {#- One of three expressions, by the decimals of a currency's minor unit. Compared code by code:
        DuckDB makes a hash join of each `in` with so many values, at twice the cost.
        currency: upper-case code; without, thousandths, hundredths: SQL for no, three and two decimals. -#}
    case {{ currency }}
        {%- for code in [
            'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV',
            'XAF', 'XOF', 'XPF'
        ] %} when '{{ code }}' then {{ without }}{% endfor %}
        {%- for code in ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'] %} when '{{ code }}' then {{ thousandths }}{% endfor %}
        else {{ hundredths }}
    end
{%- endmacro %}

{% macro minor_unit_value(currency) -%}
    {#- What one minor unit is worth in major units: 1, 0.01 or 0.001. -#}
    {{ by_minor_unit(
        'upper(' ~ currency ~ ')',
        'cast(1 as decimal(4, 3))', 'cast(0.001 as decimal(4, 3))', 'cast(0.01 as decimal(4, 3))'
    ) }}
{%- endmacro %}

{% macro minor_to_major(amount, currency) -%}
    {#- An integer amount in minor units as an exact decimal in major units. -#}
    cast(
        cast({{ amount }} as decimal(18, 0)) * {{ minor_unit_value(currency) }} as decimal(38, 6)
    )
{%- endmacro %}

{% macro minor_decimal_to_major(amount, currency) -%}
    {#- A decimal (or its text) in minor units, such as unit_amount_decimal, in major units. -#}
    cast(
        cast({{ amount }} as decimal(30, 9)) * {{ minor_unit_value(currency) }} as decimal(38, 12)
    )
{%- endmacro %}

{% macro round_to_minor_unit(amount, currency) -%}
    {#- An amount in major units rounded half up to the currency's minor unit, decimal(38, 6).
        Each branch has the same type: a case over decimals of several scales takes the smallest. -#}
    {%- set exact = 'cast(' ~ amount ~ ' as decimal(38, 12))' -%}
    case {{ minor_unit_digits('upper(' ~ currency ~ ')') }}
        when 0 then cast(round({{ exact }}, 0) as decimal(38, 6))
        when 3 then cast(round({{ exact }}, 3) as decimal(38, 6))
        else cast(round({{ exact }}, 2) as decimal(38, 6))
    end
{%- endmacro %}
