with months_summed as (

    select * from {{ ref('int_success__nps_months_summed') }}

),

final as (

    select
        month,
        segment_type,
        segment_value,
        responses,
        promoters,
        passives,
        detractors,
        {{ nps('promoters', 'detractors', 'responses') }} as nps,
        {{ nps_bound('promoters', 'detractors', 'responses', '-') }} as nps_low,
        {{ nps_bound('promoters', 'detractors', 'responses', '+') }} as nps_high,
        responses_3m,
        promoters_3m,
        passives_3m,
        detractors_3m,
        {{ nps('promoters_3m', 'detractors_3m', 'responses_3m') }} as nps_3m,
        {{ nps_bound('promoters_3m', 'detractors_3m', 'responses_3m', '-') }} as nps_3m_low,
        {{ nps_bound('promoters_3m', 'detractors_3m', 'responses_3m', '+') }} as nps_3m_high,
        invitations,
        answered_invitations,
        {{ ratio('answered_invitations', 'invitations') }} as response_rate,
        month < {{ month_start(as_of_date()) }} as is_complete
    from months_summed

)

select * from final
order by month, segment_type, segment_value
