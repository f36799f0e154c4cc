with

raw_engagement_contacts as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_contact'),
                ['engagement_id', 'contact_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        cast(contact_id as string) as contact_id
    from raw_engagement_contacts
)

select * from renamed
