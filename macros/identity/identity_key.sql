{% macro identity_key(id_kind, id_value) -%}
    {#- One text for an id of any kind, fit for marts: addresses and domains as their md5, since they are
        personal data. -#}
    concat(
        {{ id_kind }}, ':',
        case when {{ id_kind }} in ('email', 'domain') then md5({{ id_value }}) else {{ id_value }} end
    )
{%- endmacro %}

{% macro smallest_neighbour_rounds(ties, rounds) -%}
    {#- CTEs that give each node of `ties` (from_node, to_node: each pair both ways, each node with
        itself) the smallest node that it is tied to over up to `rounds` ties: the last one is `reached`
        (node, cluster). A component of up to rounds + 1 nodes has one cluster at the end.
        ties: name of a CTE or model; rounds: whole number. -#}
    {%- for n in range(rounds) %}
reached_{{ loop.index }} as (

    select
        ties.from_node as node,
        min({{ 'ties.to_node' if loop.first else 'reached.cluster' }}) as cluster
    from {{ ties }} as ties
    {% if not loop.first -%}
    inner join reached_{{ loop.index0 }} as reached
        on ties.to_node = reached.node
    {% endif -%}
    group by ties.from_node

),
    {% endfor %}
reached as (

    select * from reached_{{ rounds }}

)
{%- endmacro %}
