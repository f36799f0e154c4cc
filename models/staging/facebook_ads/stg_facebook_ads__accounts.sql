with

raw_accounts as (
    select * from {{ deduplicate(source('facebook_ads', 'account_history'), ['id']) }} as latest
),

renamed as (
    select
        cast(id as string) as account_id,
        name as account_name,
        upper(trim(currency)) as currency,
        timezone_name as time_zone
    from raw_accounts
)

select * from renamed
