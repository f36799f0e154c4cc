{% macro salesforce_id(id) -%}
    {#- A record id of Salesforce with 18 characters, from one with 15 or 18; null where it is neither.
        The last three say which of the others are capitals, five by five: the short form differs by
        those alone. -#}
    case length(trim({{ id }}))
        when 18 then trim({{ id }})
        when 15
            then concat(
                trim({{ id }})
                {%- for start in (1, 6, 11) -%}
                , substring(
                    'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
                    1
                    {%- for place in range(5) %}
                    + case
                        when substring(trim({{ id }}), {{ start + place }}, 1) between 'A' and 'Z'
                            then {{ 2 ** place }}
                        else 0
                    end
                    {%- endfor %},
                    1
                )
                {%- endfor %}
            )
    end
{%- endmacro %}

{% macro salesforce_activity_id() -%}
    {#- The task or event of Salesforce that an engagement of HubSpot is the copy of, null for its own. -#}
    case
        when upper(property_hs_engagement_source) = 'SALESFORCE'
            then {{ salesforce_id('property_hs_engagement_source_id') }}
    end
{%- endmacro %}
