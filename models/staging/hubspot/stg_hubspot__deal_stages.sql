with

raw_deal_stages as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'deal_stage'),
                ['deal_id', 'value', 'date_entered']
            )
        }} as latest
),

renamed as (
    select
        cast(deal_id as string) as deal_id,
        value as stage_id,
        date_entered as entered_at
    from raw_deal_stages
)

select * from renamed
