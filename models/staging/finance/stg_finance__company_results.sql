with

raw_results as (
    select * from {{ deduplicate(source('finance', 'company_results'), [month_start('month')]) }}
        as latest
),

renamed as (
    select
        {{ month_start('month') }} as month,
        ebitda,
        free_cash_flow,
        net_burn,
        revenue,
        upper(trim(coalesce(nullif(trim(currency), ''), '{{ var("reporting_currency") }}')))
            as currency
    from raw_results
)

select * from renamed
