with

raw_invitations as (
    select *
    from {{ deduplicate(source('surveys', 'nps_invitations'), ['invitation_id']) }} as latest
),

renamed as (
    select
        invitation_id,
        customer_id,
        lower(trim(email)) as email,
        sent_at
    from raw_invitations
)

select * from renamed
