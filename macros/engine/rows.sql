{% macro row_content(relation_alias) -%}
    {#- A whole row as one comparable value. -#}
    {{ adapter.dispatch('row_content')(relation_alias) }}
{%- endmacro %}

{% macro duckdb__row_content(relation_alias) -%}
    md5(cast({{ relation_alias }} as varchar))
{%- endmacro %}

{% macro default__row_content(relation_alias) -%}
    to_json(struct({{ relation_alias }}.*))
{%- endmacro %}

{% macro row_json(relation_alias) -%}
    {#- A whole row as JSON text. -#}
    {{ adapter.dispatch('row_json')(relation_alias) }}
{%- endmacro %}

{% macro duckdb__row_json(relation_alias) -%}
    cast(to_json({{ relation_alias }}) as varchar)
{%- endmacro %}

{% macro default__row_json(relation_alias) -%}
    to_json(struct({{ relation_alias }}.*))
{%- endmacro %}

{% macro star_of_latest() -%}
    {#- Every column but the rank that `deduplicate` adds. -#}
    {{ adapter.dispatch('star_of_latest')() }}
{%- endmacro %}

{% macro duckdb__star_of_latest() -%}* exclude (_latest_first){%- endmacro %}

{% macro default__star_of_latest() -%}* except (_latest_first){%- endmacro %}

{% macro row_hash(columns) -%}
    {#- A number for a combination of values, never null; equal values have equal numbers. -#}
    {{ adapter.dispatch('row_hash')(columns) }}
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}hash({{ columns | join(', ') }}){%- endmacro %}

{% macro default__row_hash(columns) -%}xxhash64({{ columns | join(', ') }}){%- endmacro %}

{% macro hash_bucket(column, buckets) -%}
    {#- The number of the bucket, from 0, that a value falls into; not the same on every engine. -#}
    {{ adapter.dispatch('hash_bucket')(column, buckets) }}
{%- endmacro %}

{% macro duckdb__hash_bucket(column, buckets) -%}
    cast(hash({{ column }}) % {{ buckets }} as int)
{%- endmacro %}

{% macro default__hash_bucket(column, buckets) -%}
    cast(pmod(xxhash64({{ column }}), {{ buckets }}) as int)
{%- endmacro %}
