with inputs as (

    select * from {{ ref('int_success__health_inputs_monthly') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

score_weights as (

    select * from {{ ref('score_weights') }}

),

health_bands as (

    select * from {{ ref('health_bands') }}

),

{{ weighted_score('health', 'inputs', health_signals()) }},

banded as (

    select
        scored.customer_id,
        scored.month,
        max_by(health_bands.health_band, health_bands.min_score) as health_band,
        max_by(health_bands.is_at_risk, health_bands.min_score) as is_at_risk
    from scored
    inner join health_bands
        on scored.score >= health_bands.min_score
    group by scored.customer_id, scored.month

),

final as (

    select
        inputs.customer_id,
        inputs.month,
        inputs.is_complete,
        {% for signal in health_signals() + ['seats', 'open_tickets'] -%}
            inputs.{{ signal }},
        {% endfor -%}
        scored.score_coverage,
        scored.score as health_score,
        coalesce(banded.health_band, 'unknown') as health_band,
        coalesce(banded.is_at_risk, false) as is_at_risk,
        {% for type in segment_types() -%}
            customer_months.{{ type }},
        {% endfor -%}
        customer_months.closing_mrr
    from inputs
    inner join customer_months
        on
            inputs.customer_id = customer_months.customer_id
            and inputs.month = customer_months.month
    left join scored
        on
            inputs.customer_id = scored.customer_id
            and inputs.month = scored.month
    left join banded
        on
            inputs.customer_id = banded.customer_id
            and inputs.month = banded.month

)

select * from final
