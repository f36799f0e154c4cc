with

raw_tickets as (
    select *
    from {{ deduplicate(source('support', 'tickets'), ['ticket_id']) }} as latest
),

renamed as (
    select
        ticket_id,
        customer_id,
        lower(trim(email)) as email,
        lower(trim(priority)) as priority,
        created_at,
        solved_at
    from raw_tickets
)

select * from renamed
