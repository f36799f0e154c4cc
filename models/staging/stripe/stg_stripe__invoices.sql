with

raw_invoices as (
    select * from {{ deduplicate(source('stripe', 'invoice'), ['id']) }} as latest
),

renamed as (
    select
        id as invoice_id,
        customer_id,
        subscription_id,
        lower(trim(status)) as status,
        lower(trim(billing_reason)) as billing_reason,
        upper(trim(currency)) as currency,
        coalesce(created, date) as created_at,
        due_date as due_at,
        coalesce(status_transitions_finalized_at, finalized_at) as finalized_at,
        status_transitions_paid_at as paid_at,
        status_transitions_voided_at as voided_at,
        status_transitions_marked_uncollectible_at as marked_uncollectible_at,
        period_start as period_started_at,
        period_end as period_ended_at,
        {{ minor_to_major('subtotal', 'currency') }} as subtotal_amount,
        {{ minor_to_major('tax', 'currency') }} as tax_amount,
        {{ minor_to_major('total', 'currency') }} as total_amount,
        {{ minor_to_major('amount_due', 'currency') }} as amount_due,
        {{ minor_to_major('amount_paid', 'currency') }} as amount_paid,
        {{ minor_to_major('amount_remaining', 'currency') }} as amount_remaining,
        coalesce(paid, lower(trim(status)) = 'paid') as is_paid,
        coalesce(is_deleted, false) or coalesce(lower(trim(status)) = 'deleted', false)
            as is_deleted,
        charge_id,
        number as invoice_number,
        _fivetran_synced as synced_at
    from raw_invoices
    where coalesce(livemode, true)
)

select * from renamed
