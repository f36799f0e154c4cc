with slices as (

    select * from {{ ref('int_revenue__item_slices_counted') }}

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
        case
            when coalesce(discounts.currency, slices.currency) = slices.currency
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
            and slices.valid_from < coalesce(discounts.ended_at, {{ far_future() }})
            and (
                discounts.discount_scope <> 'customer'
                or slices.billing_customer_id = discounts.billing_customer_id
            )
            and (
                discounts.subscription_item_id is null
                or slices.subscription_item_id = discounts.subscription_item_id
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

-- An amount off lowers the price with the tax inside it: MRR falls by its share without the tax.
without_tax as (

    select
        slices.*,
        coalesce(item_terms.share_left, 1) as share_left,
        cast(
            cast(coalesce(item_terms.item_amount_off, 0) as decimal(38, 6))
            * slices.share_without_tax as decimal(38, 12)
        ) as item_amount_off,
        cast(
            cast(coalesce(item_terms.invoice_amount_off, 0) as decimal(38, 6))
            * slices.share_without_tax as decimal(38, 12)
        ) as invoice_amount_off
    from slices
    left join item_terms
        on
            slices.subscription_item_id = item_terms.subscription_item_id
            and slices.valid_from = item_terms.valid_from

),

final as (

    select
        billing_source,
        billing_customer_id,
        subscription_id,
        subscription_item_id,
        price_id,
        product_id,
        billing_interval,
        interval_count,
        quantity,
        currency,
        gross_annual_amount,
        valid_from,
        valid_to,
        evidence,
        evidence_id,
        greatest(
            cast(gross_annual_amount * share_left as decimal(38, 12))
            - cast(
                item_amount_off * cast({{ annual_factor('without_tax') }} as decimal(18, 12))
                as decimal(38, 12)
            ),
            0
        ) as reduced_annual_amount,
        invoice_amount_off
    from without_tax

)

select * from final
