{%- set weight = 'new_mrr' if policy('cost_allocation') == 'new_mrr' else 'credit' -%}

with credits as (

    select * from {{ ref('int_acquisition__new_customer_credits') }}

),

weights as (

    select
        month,
        segment_type,
        attribution_model,
        segment_value,
        sum({{ weight }}) as weight
    from credits
    where segment_type <> 'all' and not {{ policy_is('cost_allocation', 'none') }}
    group by month, segment_type, attribution_model, segment_value

),

running as (

    select
        weights.*,
        sum(weight) over (
            partition by month, segment_type, attribution_model order by segment_value
            rows between unbounded preceding and current row
        ) as weight_to,
        sum(weight) over (partition by month, segment_type, attribution_model) as total_weight
    from weights

),

-- Shares from one edge to the next: differences of rounded edges add up to the whole exactly.
final as (

    select
        month,
        segment_type,
        attribution_model,
        segment_value,
        {{ divide_exact('weight_to - weight', 'total_weight', 12) }} as share_from,
        {{ divide_exact('weight_to', 'total_weight', 12) }} as share_to
    from running
    where total_weight > 0

)

select * from final
