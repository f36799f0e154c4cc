{% macro url_host(url) -%}
    {#- Host of an address in lower case, without port; null where there is none. -#}
    nullif(lower(regexp_extract({{ url }}, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#:]+)', 1)), '')
{%- endmacro %}

{% macro url_path(url) -%}
    {#- Path of an address, without query and fragment; / where the address is of a host alone. -#}
    case
        when {{ url }} like '%://%'
            then '/' || substring(
                split_part(split_part(split_part({{ url }}, '://', 2), '?', 1), '#', 1),
                length(split_part(split_part(split_part(split_part(
                    {{ url }}, '://', 2), '?', 1), '#', 1), '/', 1)) + 2
            )
        else split_part(split_part({{ url }}, '?', 1), '#', 1)
    end
{%- endmacro %}

{% macro click_id_kinds() %}
    {#- The click ids that ads alone put on an address; Google's are gbraid and wbraid where an iPhone
        allows no gclid. The seed click_ids says where each comes from. -#}
    {{ return(['gclid', 'gbraid', 'wbraid', 'dclid', 'msclkid', 'li_fat_id', 'ttclid']) }}
{% endmacro %}

{% macro click_id_kind(url) -%}
    {#- Name of the click id in the query of an address, null where it carries none. -#}
    case
        when
            {{ url }} not like '%clid=%'
            and {{ url }} not like '%braid=%'
            and {{ url }} not like '%msclkid=%'
            and {{ url }} not like '%li_fat_id=%'
            then null
        {%- for kind in click_id_kinds() + ['fbclid'] %}
        when {{ url }} like '%{{ kind }}=_%' then '{{ kind }}'
        {%- endfor %}
    end
{%- endmacro %}

{% macro traffic_text(text_value) -%}
    {#- A source, medium or campaign; null for (direct), (not set) and other words in parentheses, which
        only say that there is none. (ai-assistant) is a name. Without a list: DuckDB makes a join of
        a long one, which would read columns that nobody asked for. -#}
    case
        when {{ text_value }} like '(%)' and {{ text_value }} not like '(ai-assistant)' then null
        else nullif(trim({{ text_value }}), '')
    end
{%- endmacro %}

{% macro site_of(host) -%}
    {#- The registered domain of a host: example.com of www.example.com, example.co.uk of its hosts. By
        labels, since an open regular expression is slow. -#}
    case
        when
            split_part({{ host }}, '.', -3) <> ''
            and position(
                ',' || split_part({{ host }}, '.', -2) || ',' in ',co,com,net,org,gov,ac,edu,'
            ) > 0
            then split_part({{ host }}, '.', -3) || '.'
        else ''
    end || split_part({{ host }}, '.', -2) || '.' || split_part({{ host }}, '.', -1)
{%- endmacro %}

{% macro outside_referrer(referrer_host, page_host) -%}
    {#- Host of the page before, without www; null where it is of the same site as the page. -#}
    case
        when ({{ site_of(referrer_host) }}) = ({{ site_of(page_host) }}) then null
        when {{ referrer_host }} like 'www.%' then substring({{ referrer_host }}, 5)
        else {{ referrer_host }}
    end
{%- endmacro %}
