with

raw_rates as (
    select *
    from
        {{
            deduplicate(
                source('fx', 'rates'),
                ['rate_date', 'upper(trim(base_currency))', 'upper(trim(quote_currency))']
            )
        }} as latest
),

renamed as (
    select
        rate_date,
        upper(trim(base_currency)) as base_currency,
        upper(trim(quote_currency)) as quote_currency,
        rate
    from raw_rates
)

select * from renamed
