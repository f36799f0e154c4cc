with

raw_deal_companies as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'deal_company'),
                ['deal_id', 'company_id'],
                'case when type_id = 5 then 1 else 0 end desc, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(deal_id as string) as deal_id,
        cast(company_id as string) as company_id,
        coalesce(type_id = 5, false) as is_primary
    from raw_deal_companies
)

select * from renamed
