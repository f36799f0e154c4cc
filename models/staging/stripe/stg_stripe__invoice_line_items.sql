with

-- Temporary lines have keys of their own here: a temporary line may be newer than the one that
-- replaces it, and must not oust it.
raw_invoice_line_items as (
    select *
    from
        {{
            deduplicate(
                source('stripe', 'invoice_line_item'),
                ['invoice_id', 'coalesce(unique_id, id)', "coalesce(id, '') like 'sub%'"]
            )
        }} as latest
),

renamed as (
    select
        invoice_id,
        id as line_id,
        coalesce(unique_id, id) as line_unique_id,
        invoice_item_id,
        lower(trim(type)) as line_type,
        subscription_id,
        subscription_item_id,
        coalesce(price_id, plan_id) as price_id,
        quantity,
        {{ minor_to_major('amount', 'currency') }} as amount,
        upper(trim(currency)) as currency,
        coalesce(proration, false) as is_proration,
        discountable as is_discountable,
        period_start as period_started_at,
        period_end as period_ended_at,
        description,
        _fivetran_synced as synced_at
    from raw_invoice_line_items
    where
        coalesce(id, '') not like 'sub%'
        and coalesce(livemode, true)
        and not coalesce(_fivetran_deleted, false)
)

select * from renamed
