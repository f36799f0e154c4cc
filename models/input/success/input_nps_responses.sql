with nps_responses as (

    select * from {{ ref('stg_surveys__nps_responses') }}

),

final as (

    select
        response_id,
        invitation_id,
        customer_id as customer_ref,
        email,
        score,
        comment,
        responded_at
    from nps_responses

)

select * from final
