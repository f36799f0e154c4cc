with

raw_responses as (
    select *
    from {{ deduplicate(source('surveys', 'nps_responses'), ['response_id']) }} as latest
),

renamed as (
    select
        response_id,
        invitation_id,
        customer_id,
        lower(trim(email)) as email,
        score,
        comment,
        responded_at
    from raw_responses
)

select * from renamed
