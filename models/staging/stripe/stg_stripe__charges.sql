with

raw_charges as (
    select * from {{ deduplicate(source('stripe', 'charge'), ['id']) }} as latest
),

renamed as (
    select
        id as charge_id,
        customer_id,
        invoice_id,
        payment_intent_id,
        balance_transaction_id,
        lower(trim(status)) as status,
        upper(trim(currency)) as currency,
        {{ minor_to_major('amount', 'currency') }} as amount,
        {{ minor_to_major('amount_refunded', 'currency') }} as amount_refunded,
        coalesce(paid, lower(trim(status)) = 'succeeded') as is_paid,
        coalesce(captured, false) as is_captured,
        coalesce(refunded, false) as is_refunded,
        failure_code,
        failure_message,
        created as created_at,
        _fivetran_synced as synced_at
    from raw_charges
    where coalesce(livemode, true)
)

select * from renamed
