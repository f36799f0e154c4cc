with

raw_postings as (
    select * from {{ source('finance', 'sales_marketing_costs') }}
),

with_id as (
    select * from raw_postings
    where nullif(trim(entry_id), '') is not null
),

identified as (
    select * from {{ deduplicate('with_id', ['entry_id']) }} as latest
),

-- Two equal rows without an id can be two equal costs, so that both count.
numbered as (
    select
        *,
        {{ content_key([
            'cost_date', 'category', 'department', 'channel', 'vendor', 'amount', 'currency'
        ]) }} as content_key
    from raw_postings
    where nullif(trim(entry_id), '') is null
),

postings as (
    select
        'id:' || entry_id as cost_id,
        cost_date,
        category,
        department,
        channel,
        vendor,
        amount,
        currency
    from identified

    union all

    select
        content_key || ':' || cast(
            row_number() over (partition by content_key order by _fivetran_synced) as string
        ) as cost_id,
        cost_date,
        category,
        department,
        channel,
        vendor,
        amount,
        currency
    from numbered
),

renamed as (
    select
        cost_id,
        cost_date,
        lower(trim(category)) as category,
        lower(trim(department)) as department,
        nullif(trim(channel), '') as channel,
        nullif(trim(vendor), '') as vendor,
        amount,
        upper(trim(coalesce(nullif(trim(currency), ''), '{{ var("reporting_currency") }}')))
            as currency
    from postings
)

select * from renamed
