{% macro hubspot_campaign() -%}
    {#- The campaign of a contact or deal of HubSpot: in the first detail of its source or, where that
        is a social network, in the second; the details of other sources hold no campaign. -#}
    case
        when upper(property_hs_analytics_source) = 'PAID_SOCIAL'
            then property_hs_analytics_source_data_2
        when
            upper(property_hs_analytics_source)
            in ('PAID_SEARCH', 'EMAIL_MARKETING', 'OTHER_CAMPAIGNS')
            then property_hs_analytics_source_data_1
    end
{%- endmacro %}
