with

raw_balance_transactions as (
    select * from {{ deduplicate(source('stripe', 'balance_transaction'), ['id']) }} as latest
),

renamed as (
    select
        id as balance_transaction_id,
        source as source_id,
        payout_id,
        lower(trim(type)) as transaction_type,
        lower(trim(reporting_category)) as reporting_category,
        lower(trim(status)) as status,
        upper(trim(currency)) as currency,
        {{ minor_to_major('amount', 'currency') }} as amount,
        {{ minor_to_major('fee', 'currency') }} as fee_amount,
        {{ minor_to_major('net', 'currency') }} as net_amount,
        cast(exchange_rate as decimal(38, 12)) as exchange_rate,
        description,
        created as created_at,
        available_on as available_at,
        _fivetran_synced as synced_at
    from raw_balance_transactions
)

select * from renamed
