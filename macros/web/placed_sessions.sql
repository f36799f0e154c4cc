{% macro session_owners() -%}
    {#- CTEs `users` and `devices`: whose each is, as a person and as an account. -#}
    members as (

        select * from {{ ref('int_web__session_owners') }}

    ),

    users as (

        select * from members
        where member_kind = 'user'

    ),

    devices as (

        select * from members
        where member_kind = 'anonymous'

    )
{%- endmacro %}

{% macro owner(column) -%}
    {#- person_id or account_id of the user of a session, or of its device where the user is nobody known. -#}
    case when users.person_id is null then devices.{{ column }} else users.{{ column }} end
{%- endmacro %}

{% macro visitor_of(relation) -%}
    {#- The person of a session, else its device. -#}
    coalesce({{ owner('person_id') }}, {{ relation }}.anonymous_id)
{%- endmacro %}

{% macro unstitched_id(relation) -%}
    {#- Who a session would be by its own ids alone: the user, else the device. A user without a person is
        an id of nobody, such as undefined, and counts as its device. -#}
    case
        when {{ owner('person_id') }} is null or {{ relation }}.user_id is null
            then {{ relation }}.anonymous_id
        else 'user:' || {{ relation }}.user_id
    end
{%- endmacro %}

{% macro is_channel_of(relation) -%}
    {#- SQL condition that a row of `channels` is that of a session, on the day it began. -#}
    {{ relation }}.origin_key = channels.origin_key
    and {{ reporting_date(relation ~ '.started_at') }} >= channels.valid_from
    and {{ reporting_date(relation ~ '.started_at') }} < channels.valid_to
{%- endmacro %}
