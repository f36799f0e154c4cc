with nps_invitations as (

    select * from {{ ref('stg_surveys__nps_invitations') }}

),

final as (

    select
        invitation_id,
        customer_id as customer_ref,
        email,
        sent_at
    from nps_invitations

)

select * from final
