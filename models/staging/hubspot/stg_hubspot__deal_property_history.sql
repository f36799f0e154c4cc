with

raw_deal_property_history as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'deal_property_history'),
                ['deal_id', 'name', 'timestamp']
            )
        }} as latest
),

renamed as (
    select
        cast(deal_id as string) as deal_id,
        value as stage_id,
        raw_deal_property_history.timestamp as entered_at
    from raw_deal_property_history
    where name = 'dealstage' and value is not null
)

select * from renamed
