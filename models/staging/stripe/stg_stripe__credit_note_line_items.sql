with

raw_credit_note_line_items as (
    select * from {{ deduplicate(source('stripe', 'credit_note_line_item'), ['id']) }} as latest
),

credit_notes as (
    select * from {{ ref('stg_stripe__credit_notes') }}
),

-- A line does not say its currency: it is that of its credit note.
renamed as (
    select
        lines.id as credit_note_line_item_id,
        lines.credit_note_id,
        lower(trim(lines.type)) as line_type,
        lines.description,
        lines.quantity,
        credit_notes.currency,
        {{ minor_to_major('lines.amount', 'credit_notes.currency') }} as amount,
        {{ minor_to_major('lines.discount_amount', 'credit_notes.currency') }} as discount_amount,
        {{ minor_to_major('lines.unit_amount', 'credit_notes.currency') }} as unit_amount,
        lines._fivetran_synced as synced_at
    from raw_credit_note_line_items as lines
    inner join credit_notes on lines.credit_note_id = credit_notes.credit_note_id
    where coalesce(lines.livemode, true)
)

select * from renamed
