with

raw_engagement_companies as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'engagement_company'),
                ['engagement_id', 'company_id']
            )
        }} as latest
),

renamed as (
    select
        cast(engagement_id as string) as engagement_id,
        cast(company_id as string) as company_id
    from raw_engagement_companies
)

select * from renamed
