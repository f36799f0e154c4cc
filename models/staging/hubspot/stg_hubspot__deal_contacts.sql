with

raw_deal_contacts as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'deal_contact'),
                ['deal_id', 'contact_id']
            )
        }} as latest
),

renamed as (
    select
        cast(deal_id as string) as deal_id,
        cast(contact_id as string) as contact_id
    from raw_deal_contacts
)

select * from renamed
