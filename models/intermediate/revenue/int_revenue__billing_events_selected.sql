{%- set item_order -%}
    partition by subscription_item_id
    order by event_at, is_charge, invoiced_at, invoice_line_id, invoice_id
{%- endset -%}

with counted_lines as (

    select * from {{ ref('int_revenue__counted_lines_selected') }}

),

never_active as (

    select subscription_id
    from {{ ref('int_revenue__subscriptions_summarised') }}
    where not was_ever_active

),

-- Pauses and unpaid times begin at the end of a period, so these subscriptions keep every renewal.
kept_whole as (

    select subscription_id
    from {{ ref('input_subscription_versions') }}
    where is_collection_paused or (is_first_version and status in ('unpaid', 'paused'))
    group by subscription_id

),

-- A credit stands before the charges of its instant: the last event of an instant is the charge
-- that counts, and a credit is last only where no charge answers it.
in_order as (

    select
        counted_lines.*,
        lead(event_at) over ({{ item_order }}) as next_event_at,
        lag(event_at) over ({{ item_order }}) as previous_event_at,
        lag(is_charge) over ({{ item_order }}) as previous_is_charge,
        lag(is_proration) over ({{ item_order }}) as previous_is_proration,
        lag(price_id) over ({{ item_order }}) as previous_price_id,
        lag(quantity) over ({{ item_order }}) as previous_quantity,
        lag(amount) over ({{ item_order }}) as previous_amount,
        lag(currency) over ({{ item_order }}) as previous_currency,
        lag(billing_customer_id) over ({{ item_order }}) as previous_customer_id,
        lag(net_of_tax) over ({{ item_order }}) as previous_net_of_tax,
        lag(gross_of_tax) over ({{ item_order }}) as previous_gross_of_tax
    from counted_lines
    where
        subscription_id is null
        or subscription_id not in (select subscription_id from never_active)

),

-- Renewals that change nothing are left out here, where they are nine lines in ten; an item's last
-- event stays, for its period's end, and so does one that ousts another of its instant.
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
        net_of_tax,
        gross_of_tax,
        period_ended_at,
        invoice_id,
        invoice_line_id,
        next_event_at is null as is_last_event
    from in_order
    where
        next_event_at is null
        or (
            next_event_at > event_at
            and (
                subscription_id in (select subscription_id from kept_whole)
                or event_at = previous_event_at
                or is_charge is distinct from previous_is_charge
                or is_proration is distinct from previous_is_proration
                or price_id is distinct from previous_price_id
                or quantity is distinct from previous_quantity
                or amount is distinct from previous_amount
                or currency is distinct from previous_currency
                or billing_customer_id is distinct from previous_customer_id
                or net_of_tax is distinct from previous_net_of_tax
                or gross_of_tax is distinct from previous_gross_of_tax
            )
        )

)

select * from final
