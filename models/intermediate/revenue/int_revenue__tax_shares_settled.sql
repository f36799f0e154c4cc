{%- set item_past -%}
    partition by subscription_item_id order by event_at
    rows between unbounded preceding and current row
{%- endset -%}

with events as (

    select * from {{ ref('int_revenue__item_events_united') }}

),

marked as (

    select
        events.*,
        not is_proration and net_of_tax is not null and is_share_coarse as is_coarse_renewal,
        {{ divide_exact('100 * (gross_of_tax - net_of_tax)', 'net_of_tax', 6, places=6) }}
            as exact_percent,
        case
            when not is_proration and net_of_tax is not null and not is_share_coarse then event_at
        end as fine_share_at
    from events

),

-- The share of tax inside a proration's small invoice is coarse from its rounding; the item's last
-- renewal has the one that the next will have.
renewal_shares as (

    select
        marked.*,
        max_by(net_of_tax, fine_share_at) over ({{ item_past }}) as renewal_net_of_tax,
        max_by(gross_of_tax, fine_share_at) over ({{ item_past }}) as renewal_gross_of_tax
    from marked

),

-- A renewal beside prorations was charged at the rate of few decimals that gives the same tax.
with_rates as (

    select
        renewal_shares.*,
        case
            when is_coarse_renewal
                then {{ implied_tax_percent(
                    'exact_percent', 'net_of_tax', 'gross_of_tax', 'currency'
                ) }}
        end as tax_percent
    from renewal_shares

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
            when tax_percent is not null then cast(100 as decimal(38, 6))
            when coalesce(is_proration, true) and net_of_tax is not null
                then coalesce(renewal_net_of_tax, net_of_tax)
            else net_of_tax
        end as net_of_tax,
        case
            when tax_percent is not null then cast(100 + tax_percent as decimal(38, 6))
            when coalesce(is_proration, true) and net_of_tax is not null
                then coalesce(renewal_gross_of_tax, gross_of_tax)
            else gross_of_tax
        end as gross_of_tax,
        period_ended_at,
        coalesce(is_coarse_renewal, false) as is_share_coarse,
        evidence,
        evidence_id
    from with_rates

)

select * from final
