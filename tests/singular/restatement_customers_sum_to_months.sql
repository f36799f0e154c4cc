{{ config(meta={'dagster': {'ref': {'name': 'fct_mrr_restatements'}}}) }}
-- Invariant: the customers of a restated month sum to it, for every amount. The months are summed
-- over the whole history and taken from the bridge, the customers are found by what changed: a
-- change that was not found leaves a difference here.
with months as (

    select * from {{ ref('fct_mrr_restatements') }}

),

customers as (

    select
        month,
        {% for amount in bridge_amounts() -%}
            sum(current_{{ amount }} - first_reported_{{ amount }}) as {{ amount }},
        {% endfor -%}
        sum(restated_mrr) as restated_mrr
    from {{ ref('fct_mrr_restatement_customers') }}
    group by month

),

final as (

    select
        months.month,
        {% for amount in bridge_amounts() -%}
            months.current_{{ amount }} - months.first_reported_{{ amount }}
            - coalesce(customers.{{ amount }}, 0) as {{ amount }}_difference,
        {% endfor -%}
        months.restated_mrr - coalesce(customers.restated_mrr, 0) as restated_mrr_difference
    from months
    left join customers
        on months.month = customers.month

)

select * from final
where
    {% for amount in bridge_amounts() -%}
        {{ amount }}_difference <> 0 or{{ ' ' }}
    {%- endfor -%}
    restated_mrr_difference <> 0
