with

raw_credit_notes as (
    select * from {{ deduplicate(source('stripe', 'credit_note'), ['id']) }} as latest
),

renamed as (
    select
        id as credit_note_id,
        invoice_id,
        refund_id,
        number as credit_note_number,
        lower(trim(status)) as status,
        lower(trim(type)) as credit_note_type,
        lower(trim(reason)) as reason,
        upper(trim(currency)) as currency,
        {{ minor_to_major('amount', 'currency') }} as amount,
        {{ minor_to_major('discount_amount', 'currency') }} as discount_amount,
        {{ minor_to_major('subtotal', 'currency') }} as subtotal_amount,
        {{ minor_to_major('total', 'currency') }} as total_amount,
        created as created_at,
        voided_at,
        _fivetran_synced as synced_at
    from raw_credit_notes
    where coalesce(livemode, true)
)

select * from renamed
