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

{% macro hubspot_lifecycle_stages() -%}
    {#- The lifecycle stages for which HubSpot has properties of their own with dates. -#}
    {{ return([
        'subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity',
        'customer', 'evangelist', 'other'
    ]) }}
{%- endmacro %}
