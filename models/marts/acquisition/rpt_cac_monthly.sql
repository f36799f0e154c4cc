with cac_inputs as (

    select * from {{ ref('int_acquisition__cac_inputs_monthly') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

measured as (

    select
        cac_inputs.*,
        cac_inputs.spend_media + cac_inputs.spend_program + cac_inputs.spend_people
        + cac_inputs.spend_tools + cac_inputs.spend_commission + cac_inputs.spend_other
            as spend_total,
        coalesce(bridge.expansion_mrr, 0) as expansion_mrr
    from cac_inputs
    left join bridge
        on
            cac_inputs.month = bridge.month
            and cac_inputs.segment_type = bridge.segment_type
            and cac_inputs.segment_value = bridge.segment_value

),

-- Costs of months without new customers are in the windows of the months after them.
windowed as (

    select
        {% for months in (3, 12) %}
            {% for measure in ('spend_total', 'new_customers', 'new_mrr', 'expansion_mrr') %}
                sum({{ measure }}) over (
                    partition by segment_type, segment_value, attribution_model order by month
                    rows between {{ months - 1 }} preceding and current row
                ) as {{ measure }}_{{ months }}m,
            {% endfor %}
        {% endfor %}
        measured.*
    from measured

),

final as (

    select
        month,
        segment_type,
        segment_value,
        attribution_model,
        spend_month,
        {% for category in cost_categories() %}
            spend_{{ category }},
        {% endfor %}
        cast(spend_total as decimal(38, 6)) as spend_total,
        new_customers,
        paid_new_customers,
        new_mrr,
        cast(expansion_mrr as decimal(38, 6)) as expansion_mrr,
        {{ divide_exact('spend_media', 'paid_new_customers', 6, places=6) }} as cac_paid_media,
        {{ divide_exact('spend_media + spend_program', 'new_customers', 6, places=6) }}
            as cac_program,
        {{ divide_exact('spend_total', 'new_customers', 6, places=6) }} as cac_fully_loaded,
        {{ ratio(
            ratio('spend_total', 'new_customers'), ratio('spend_media', 'paid_new_customers')
        ) }} as fully_loaded_to_paid_cac,
        {{ ratio('spend_total', '12 * new_mrr') }} as new_cac_ratio,
        {{ ratio('spend_total', '12 * (new_mrr + expansion_mrr)') }} as blended_cac_ratio,
        {% for months in ('3m', '12m') %}
            cast(spend_total_{{ months }} as decimal(38, 6)) as spend_total_{{ months }},
            cast(new_customers_{{ months }} as decimal(38, 6)) as new_customers_{{ months }},
            cast(new_mrr_{{ months }} as decimal(38, 6)) as new_mrr_{{ months }},
            {{ divide_exact('spend_total_' ~ months, 'new_customers_' ~ months, 6, places=6) }}
                as cac_fully_loaded_{{ months }},
            {{ ratio('spend_total_' ~ months, '12 * new_mrr_' ~ months) }}
                as new_cac_ratio_{{ months }},
            {{ ratio(
                'spend_total_' ~ months,
                '12 * (new_mrr_' ~ months ~ ' + expansion_mrr_' ~ months ~ ')'
            ) }} as blended_cac_ratio_{{ months }},
        {% endfor %}
        is_complete
    from windowed

)

select * from final
order by month, segment_type, segment_value, attribution_model
