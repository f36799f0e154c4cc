{% macro implied_tax_percent(percent, net, gross, currency) -%}
    {#- The tax rate of an invoice with tax inside: its tax in percent of its net (`percent`, exact) rounded
        to 0, 1, 2 or 3 decimals, the first of these that gives the same tax to half a minor unit; else
        null. As decimal(9, 3). -#}
    case
        {% for decimals in range(4) -%}
        {%- set rate = 'cast(round(' ~ percent ~ ', ' ~ decimals ~ ') as decimal(9, 3))' -%}
        when
            2 * abs(({{ gross }} - {{ net }}) * (100 + {{ rate }}) - {{ gross }} * {{ rate }})
            <= {{ minor_unit_value(currency) }} * (100 + {{ rate }})
            then {{ rate }}
        {% endfor -%}
    end
{%- endmacro %}
