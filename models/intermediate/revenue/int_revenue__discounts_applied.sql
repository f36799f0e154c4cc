with after_percentages as (

    select * from {{ ref('int_revenue__percentages_applied') }}

),

-- An amount off is per invoice of the subscription's main interval: the one that bills most a
-- year.
interval_totals as (

    select
        subscription_id,
        valid_from,
        currency,
        billing_interval,
        interval_count,
        max(invoice_amount_off) as invoice_amount_off,
        sum(gross_annual_amount) as interval_annual_amount,
        sum(reduced_annual_amount) as reduced_annual_amount
    from after_percentages
    where invoice_amount_off > 0 and gross_annual_amount > 0
    group by subscription_id, valid_from, currency, billing_interval, interval_count

),

subscription_terms as (

    select
        subscription_id,
        valid_from,
        currency,
        least(
            max(invoice_amount_off)
            * max_by(
                cast({{ annual_factor('interval_totals') }} as decimal(18, 12)),
                interval_annual_amount * 1000
                + cast({{ annual_factor('interval_totals') }} as decimal(18, 12))
            ),
            sum(reduced_annual_amount)
        ) as annual_amount_off,
        sum(reduced_annual_amount) as reduced_annual_amount
    from interval_totals
    group by subscription_id, valid_from, currency

),

final as (

    select
        after_percentages.billing_source,
        after_percentages.billing_customer_id,
        after_percentages.subscription_id,
        after_percentages.subscription_item_id,
        after_percentages.price_id,
        after_percentages.product_id,
        after_percentages.billing_interval,
        after_percentages.interval_count,
        after_percentages.quantity,
        after_percentages.currency,
        after_percentages.gross_annual_amount,
        case
            when subscription_terms.annual_amount_off >= subscription_terms.reduced_annual_amount
                then cast(0 as decimal(38, 12))
            when subscription_terms.annual_amount_off > 0
                then greatest(
                    after_percentages.reduced_annual_amount
                    - coalesce({{ divide_exact(
                        'cast(after_percentages.reduced_annual_amount as decimal(38, 9))'
                        ~ ' * cast(subscription_terms.annual_amount_off as decimal(38, 9))',
                        'subscription_terms.reduced_annual_amount', 9, places=9
                    ) }}, 0),
                    cast(0 as decimal(38, 12))
                )
            else after_percentages.reduced_annual_amount
        end as net_annual_amount,
        after_percentages.valid_from,
        after_percentages.valid_to,
        after_percentages.evidence,
        after_percentages.evidence_id
    from after_percentages
    left join subscription_terms
        on
            after_percentages.subscription_id = subscription_terms.subscription_id
            and after_percentages.valid_from = subscription_terms.valid_from
            and after_percentages.currency = subscription_terms.currency

)

select * from final
