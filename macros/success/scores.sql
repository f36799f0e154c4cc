{% macro engagement_inputs() %}
    {#- Columns that the engagement score weighs; each has a row in seed score_weights. -#}
    {{ return([
        'seat_usage', 'stickiness', 'login_days_per_week', 'feature_breadth', 'milestone_share'
    ]) }}
{% endmacro %}

{% macro health_signals() %}
    {#- Columns that the health score weighs; each has a row in seed score_weights. -#}
    {{ return([
        'engagement_score', 'engagement_trend', 'nps_score', 'failed_payments', 'seat_trend',
        'tickets_90d', 'days_to_renewal', 'expiring_discount_share'
    ]) }}
{% endmacro %}

{% macro weighted_score(score, inputs, signals) -%}
    {#- CTEs, the last one `scored` (customer_id, month, score, score_coverage), that weigh the signals
        of each customer and month: every known one gives 0 points at its worst value and 100 at its best,
        in between in proportion. The score is the mean of the points by weight, over the known
        signals; null where they have less than minimum_score_coverage of the weights.
        score: value of score in seed score_weights; inputs: name of a CTE with customer_id, month and
        the signals; signals: their columns. A CTE `score_weights` must be there. -#}
signal_values as (

    select
        {{ inputs }}.customer_id,
        {{ inputs }}.month,
        score_weights.weight,
        score_weights.worst_value,
        score_weights.best_value,
        case score_weights.signal
            {%- for signal in signals %}
                when '{{ signal }}' then cast({{ inputs }}.{{ signal }} as double)
            {%- endfor %}
        end as signal_value
    from {{ inputs }}
    cross join score_weights
    where score_weights.score = '{{ score }}'

),

signal_points as (

    select
        customer_id,
        month,
        weight,
        case
            when signal_value is not null then cast(
                100 * greatest(least(
                    (signal_value - cast(worst_value as double))
                    / cast(best_value - worst_value as double), 1
                ), 0) as decimal(18, 6)
            )
        end as points
    from signal_values

),

weights_known as (

    select
        customer_id,
        month,
        sum(weight) as weight,
        sum(case when points is not null then weight else 0 end) as known_weight,
        sum(weight * points) as weighted_points
    from signal_points
    group by customer_id, month

),

scored as (

    select
        customer_id,
        month,
        {{ ratio('known_weight', 'weight') }} as score_coverage,
        case
            when known_weight >= {{ policy('minimum_score_coverage') }} * weight
                then {{ divide_exact('weighted_points', 'known_weight', 6) }}
        end as score
    from weights_known

)
{%- endmacro %}
