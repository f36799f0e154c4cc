{% macro follow_links(relation, doublings=5) -%}
    {#- CTEs that follow each link of `relation` (from_id, to_id; one row a from_id) to its end: the
        last one is `followed` (from_id, to_id, is_cycle). Each doubles the links that are followed, so
        five reach 32 in a row. A link that runs in a circle stays as it is stated.
        relation: name of a CTE or model. -#}
    {%- for n in range(doublings) %}
    {%- set before = relation if loop.first else 'followed_' ~ loop.index0 %}
followed_{{ loop.index }} as (

    select
        links.from_id,
        coalesce(onward.to_id, links.to_id) as to_id
    from {{ before }} as links
    left join {{ before }} as onward
        on links.to_id = onward.from_id

),
    {% endfor %}
followed as (

    select
        links.from_id,
        case when onward.from_id is null then ends.to_id else links.to_id end as to_id,
        onward.from_id is not null as is_cycle
    from {{ relation }} as links
    inner join followed_{{ doublings }} as ends
        on links.from_id = ends.from_id
    left join {{ relation }} as onward
        on ends.to_id = onward.from_id

)
{%- endmacro %}
