with health as (

    select * from {{ ref('int_success__health_scored') }}

),

final as (

    select
        month,
        customer_id,
        health_score,
        health_band,
        is_at_risk,
        score_coverage,
        {% for signal in health_signals() -%}
            {{ signal }},
        {% endfor -%}
        engagement_month,
        seats,
        open_tickets,
        closing_mrr,
        is_complete
    from health

)

select * from final
order by month, customer_id
