with outcomes as (

    select * from {{ ref('int_success__nps_outcomes') }}

),

final as (

    select
        window_months,
        outcome,
        {% for category in ('promoters', 'passives', 'detractors') -%}
            {{ ratio(category, 'sum(' ~ category ~ ') over (partition by window_months)') }}
                as {{ category }}_share,
        {% endfor -%}
        responses,
        promoters,
        passives,
        detractors,
        customers,
        {{ nps('promoters', 'detractors', 'responses') }} as nps,
        {{ nps_bound('promoters', 'detractors', 'responses', '-') }} as nps_low,
        {{ nps_bound('promoters', 'detractors', 'responses', '+') }} as nps_high
    from outcomes

)

select * from final
order by window_months, outcome
