with

raw_refunds as (
    select * from {{ deduplicate(source('stripe', 'refund'), ['id']) }} as latest
),

renamed as (
    select
        id as refund_id,
        charge_id,
        payment_intent_id,
        balance_transaction_id,
        lower(trim(status)) as status,
        lower(trim(reason)) as reason,
        upper(trim(currency)) as currency,
        {{ minor_to_major('amount', 'currency') }} as amount,
        created as created_at,
        _fivetran_synced as synced_at
    from raw_refunds
)

select * from renamed
