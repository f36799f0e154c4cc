{%- set item_past -%}
    partition by subscription_item_id order by event_at
    rows between unbounded preceding and current row
{%- endset -%}

with billing_events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}

),

-- Where an invoice holds prorations too, its share of tax is coarse from their rounding.
coarse_invoices as (

    select invoice_id
    from billing_events
    where is_proration and net_of_tax is not null
    group by invoice_id

),

observed_items as (

    select * from {{ ref('int_revenue__live_items_observed') }}

),

united as (

    select
        billing_source,
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        event_at,
        is_charge,
        is_proration,
        price_id,
        quantity,
        amount,
        currency,
        net_of_tax,
        gross_of_tax,
        period_ended_at,
        invoice_id in (select coarse_invoices.invoice_id from coarse_invoices) as is_share_coarse,
        'invoice_line' as evidence,
        invoice_id || '/' || invoice_line_id as evidence_id
    from billing_events

    union all

    select
        billing_source,
        subscription_item_id,
        subscription_id,
        cast(null as string) as billing_customer_id,
        event_at,
        true as is_charge,
        cast(null as boolean) as is_proration,
        price_id,
        quantity,
        cast(null as decimal(38, 6)) as amount,
        currency,
        net_of_tax,
        gross_of_tax,
        cast(null as timestamp) as period_ended_at,
        false as is_share_coarse,
        evidence,
        subscription_item_id as evidence_id
    from observed_items

),

-- The share of tax inside a proration's small invoice is coarse from its rounding; the item's last
-- renewal has the one that the next will have.
shares as (

    select
        united.*,
        case
            when not is_proration and net_of_tax is not null and not is_share_coarse then event_at
        end as fine_share_at
    from united

),

renewal_shares as (

    select
        shares.*,
        max_by(net_of_tax, fine_share_at) over ({{ item_past }}) as renewal_net_of_tax,
        max_by(gross_of_tax, fine_share_at) over ({{ item_past }}) as renewal_gross_of_tax
    from shares

),

final as (

    select
        billing_source,
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        event_at,
        is_charge,
        is_proration,
        price_id,
        quantity,
        amount,
        currency,
        case
            when coalesce(is_proration, true) and net_of_tax is not null
                then coalesce(renewal_net_of_tax, net_of_tax)
            else net_of_tax
        end as net_of_tax,
        case
            when coalesce(is_proration, true) and net_of_tax is not null
                then coalesce(renewal_gross_of_tax, gross_of_tax)
            else gross_of_tax
        end as gross_of_tax,
        period_ended_at,
        not is_proration and net_of_tax is not null and is_share_coarse as is_share_coarse,
        evidence,
        evidence_id
    from renewal_shares

)

select * from final
