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

-- Before a week of the month under way is over its use says nothing: the month before counts.
dated as (

    select
        inputs.*,
        cast(case
            when not is_complete and {{ days_between('month', as_of_date()) }} < 7
                then {{ add_months('month', -1) }}
            else month
        end as date) as engagement_month
    from inputs

),

weighed as (

    select
        {% for signal in health_signals() -%}
            {{ 'used' if signal.startswith('engagement') else 'dated' }}.{{ signal }},
        {% endfor -%}
        dated.customer_id,
        dated.month
    from dated
    left join inputs as used
        on
            dated.customer_id = used.customer_id
            and dated.engagement_month = used.month

),

{{ weighted_score('health', 'weighed', health_signals()) }},

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
        dated.customer_id,
        dated.month,
        dated.is_complete,
        {% for signal in health_signals() + ['seats', 'open_tickets'] -%}
            dated.{{ signal }},
        {% endfor -%}
        dated.engagement_month,
        scored.score_coverage,
        scored.score as health_score,
        coalesce(banded.health_band, 'unknown') as health_band,
        coalesce(banded.is_at_risk, false) as is_at_risk,
        {% for type in segment_types() -%}
            customer_months.{{ type }},
        {% endfor -%}
        customer_months.closing_mrr
    from dated
    inner join customer_months
        on
            dated.customer_id = customer_months.customer_id
            and dated.month = customer_months.month
    left join scored
        on
            dated.customer_id = scored.customer_id
            and dated.month = scored.month
    left join banded
        on
            dated.customer_id = banded.customer_id
            and dated.month = banded.month

)

select * from final
