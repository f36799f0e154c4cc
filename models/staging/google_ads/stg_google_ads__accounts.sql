with

raw_accounts as (
    select *
    from
        {{
            deduplicate(
                source('google_ads', 'account_history'),
                ['id'],
                'updated_at desc nulls last, _fivetran_synced'
            )
        }} as latest
),

renamed as (
    select
        cast(id as string) as account_id,
        descriptive_name as account_name,
        upper(trim(currency_code)) as currency,
        time_zone
    from raw_accounts
)

select * from renamed
