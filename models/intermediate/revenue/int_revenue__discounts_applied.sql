with slices as (

    select * from {{ ref('int_revenue__item_slices_cut') }}

),

discounts as (

    select * from {{ ref('int_revenue__discounts_counted') }}

),

running as (

    select
        slices.subscription_id,
        slices.subscription_item_id,
        slices.valid_from,
        slices.currency,
        discounts.discount_scope,
        discounts.percent_off,
        case when coalesce(discounts.currency, slices.currency) = slices.currency
            then discounts.amount_off
        end as amount_off,
        max(case when discounts.discount_scope = 'subscription' then 1 else 0 end) over (
            partition by slices.subscription_item_id, slices.valid_from
        ) as has_own_discount
    from slices
    inner join discounts
        on
            slices.subscription_id = discounts.subscription_id
            and slices.valid_from >= discounts.started_at
            and slices.valid_from < coalesce(discounts.ended_at, timestamp '9999-12-31 00:00:00')
            and (
                discounts.subscription_item_id is null
                or discounts.subscription_item_id = slices.subscription_item_id
            )

),

-- A subscription's own running discount replaces the customer's. Percentages come first, one after
-- the other; amounts off are summed by where they apply.
item_terms as (

    select
        subscription_item_id,
        valid_from,
        {{ product('1 - coalesce(percent_off, 0) / 100') }} as share_left,
        sum(case when discount_scope = 'subscription_item' then coalesce(amount_off, 0) else 0 end)
            as item_amount_off,
        sum(case when discount_scope <> 'subscription_item' then coalesce(amount_off, 0) else 0 end)
            as invoice_amount_off
    from running
    where discount_scope <> 'customer' or has_own_discount = 0
    group by subscription_item_id, valid_from

),

after_percentages as (

    select
        slices.*,
        greatest(
            cast(slices.gross_annual_amount * coalesce(item_terms.share_left, 1) as decimal(38, 12))
            - cast(coalesce(item_terms.item_amount_off, 0) * {{ annual_factor('slices') }}
                as decimal(38, 12)),
            0
        ) as reduced_annual_amount,
        coalesce(item_terms.invoice_amount_off, 0) as invoice_amount_off
    from slices
    left join item_terms
        on
            slices.subscription_item_id = item_terms.subscription_item_id
            and slices.valid_from = item_terms.valid_from

),

-- An amount off is per invoice of the subscription's main interval: the one that bills most a year.
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
        cast(
            after_percentages.reduced_annual_amount
            - case
                when subscription_terms.annual_amount_off > 0
                    then coalesce({{ divide_exact(
                        'after_percentages.reduced_annual_amount'
                        ~ ' * cast(subscription_terms.annual_amount_off as decimal(38, 6))',
                        'subscription_terms.reduced_annual_amount', 9, places=9
                    ) }}, 0)
                else 0
            end
            as decimal(38, 12)
        ) as net_annual_amount,
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
