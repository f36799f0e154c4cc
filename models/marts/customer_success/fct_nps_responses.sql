with responses as (

    select * from {{ ref('int_success__nps_responses_placed') }}

),

final as (

    select
        response_id,
        invitation_id,
        responded_at,
        month,
        customer_id,
        matched_by,
        score,
        category,
        is_counted,
        {{ pii_text('comment') }} as comment,
        closing_mrr,
        {{ segment_types() | join(',\n        ') }}
    from responses

)

select * from final
order by responded_at, response_id
