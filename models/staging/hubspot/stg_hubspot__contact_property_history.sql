with

raw_contact_property_history as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'contact_property_history'),
                ['contact_id', 'name', 'timestamp']
            )
        }} as latest
),

renamed as (
    select
        cast(contact_id as string) as contact_id,
        name as property_name,
        lower(value) as property_value,
        raw_contact_property_history.timestamp as changed_at
    from raw_contact_property_history
    where name in ('lifecyclestage', 'hs_lead_status')
)

select * from renamed
