{% macro checkpoint() %}
    {#- A long-lived process never frees dropped blocks without a checkpoint: the file would grow
        by its own size with every run. -#}
    {{ return(adapter.dispatch('checkpoint')()) }}
{% endmacro %}

{% macro duckdb__checkpoint() %}{{ return('checkpoint') }}{% endmacro %}

{% macro default__checkpoint() %}{{ return('') }}{% endmacro %}
