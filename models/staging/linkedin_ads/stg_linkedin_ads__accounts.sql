with

raw_accounts as (
    select *
    from
        {{
            deduplicate(
                source('linkedin_ads', 'account_history'),
                ['id'],
                'last_modified_time desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as account_id,
        name as account_name,
        upper(trim(currency)) as currency
    from raw_accounts
)

select * from renamed
