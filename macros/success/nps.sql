{% macro nps(promoters, detractors, responses) -%}
    {#- Net promoter score, -100 to 100, as a double; null without responses. -#}
    (100 * {{ ratio('(' ~ promoters ~ ') - (' ~ detractors ~ ')', responses) }})
{%- endmacro %}

{% macro nps_bound(promoters, detractors, responses, sign) -%}
    {#- A bound of the 95 % confidence interval of an NPS: adjusted Wald (Rocks 2016), which adds 3/4
        of a promoter, 3/4 of a detractor and 3/2 passives, so that few or equal answers do not look
        certain. Cut off at -100 and 100; null without responses.
        sign: '-' for the lower bound, '+' for the upper one. -#}
    {%- set n = '(cast(' ~ responses ~ ' as double) + 3)' -%}
    {%- set p = '((cast(' ~ promoters ~ ' as double) + 0.75) / ' ~ n ~ ')' -%}
    {%- set d = '((cast(' ~ detractors ~ ' as double) + 0.75) / ' ~ n ~ ')' -%}
    case
        when {{ responses }} > 0 then greatest(least(
            100 * (
                {{ p }} - {{ d }} {{ sign }} 1.959964 * sqrt(
                    ({{ p }} + {{ d }} - ({{ p }} - {{ d }}) * ({{ p }} - {{ d }})) / {{ n }}
                )
            ), 100
        ), -100)
    end
{%- endmacro %}
