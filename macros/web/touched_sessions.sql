{% macro touched_streams() -%}
    {#- CTE `touched` of an incremental run: the streams that have a part on a changed day, or had one when
        their sessions were joined. Nothing where everything is built. -#}
    {%- if is_incremental() -%}
    {%- set ranges = due_ranges('joined_at') -%}
    touched as (

        select stream_key
        from {{ ref('int_web__session_parts_built') }}
        where stream_key is not null and {{ in_ranges(ranges, 'event_date') }}

        union

        select stream_key
        from {{ this }}
        where {{ in_ranges(ranges, 'cast(started_at as date)', 'last_event_date') }}

    ),
    {%- endif -%}
{%- endmacro %}

{% macro joined_now(relation) -%}
    {#- Select list of the columns that say where a session came from, as a hash, and when it was joined. -#}
    {{ origin_key(relation) }} as origin_key,
    {{ run_instant() }} as joined_at
{%- endmacro %}

{% macro forget_gone() %}
    {#- A statement that deletes what a model emitted for what is no more: rows without a beginning, whose
        key has made dbt delete the old rows. -#}
    {{ return(delete_rows('started_at is null')) }}
{% endmacro %}
