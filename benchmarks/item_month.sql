-- The item-month method, in our own words: the item MRR report of Fivetran's dbt_stripe (read at
-- commit 42687a2). Every subscription item as it stands today is crossed with the months from its
-- creation to the end of its current period. A month takes quantity and unit amount from the last
-- invoice line without proration that begins in it, else from the month before, else from the item;
-- the month under way takes the item's own. Discounts of the subscription are taken off by whole months,
-- here from both of the tables in which the loader has kept them.
-- Reads raw.<table>; gives one row per customer and month, in major units of the price's currency.
create table customer_months_by_item as
with months as (

    select cast(unnest(generate_series(
        (select date_trunc('month', min(created)) from raw.subscription_item),
        date_trunc('month', cast($as_of as timestamp)), interval 1 month
    )) as date) as month

),

prices as (

    select id, currency, unit_amount, recurring_interval, recurring_interval_count
    from raw.price
    where livemode
    union all by name
    select id, currency, amount as unit_amount, interval as recurring_interval,
        interval_count as recurring_interval_count
    from raw.plan
    where livemode and id not in (select id from raw.price)

),

subscriptions as (

    select id, customer_id, created, current_period_end
    from raw.subscription_history
    where livemode and coalesce(_fivetran_active, true)
    qualify row_number() over (partition by id order by created desc) = 1

),

items as (

    select
        item.id as item_id,
        item.subscription_id,
        subscriptions.customer_id,
        prices.currency,
        item.quantity,
        prices.unit_amount,
        case prices.recurring_interval
            when 'week' then 12.0 / 52 when 'month' then 1 when 'year' then 12
        end * coalesce(prices.recurring_interval_count, 1) as cycle_months,
        cast(date_trunc('month', coalesce(item.created, subscriptions.created)) as date)
            as first_month,
        cast(date_trunc(
            'month', coalesce(item.current_period_end, subscriptions.current_period_end)
        ) as date) as end_month
    from raw.subscription_item as item
    inner join subscriptions on item.subscription_id = subscriptions.id
    left join prices on item.plan_id = prices.id

),

invoiced as (

    select
        subscription_item_id as item_id,
        cast(date_trunc('month', period_start) as date) as month,
        quantity,
        amount / nullif(quantity, 0) as unit_amount
    from raw.invoice_line_item
    where subscription_item_id is not null and not coalesce(proration, false)
    qualify row_number() over (
        partition by subscription_item_id, date_trunc('month', period_start)
        order by period_start desc
    ) = 1

),

item_months as (

    select
        items.*,
        months.month,
        months.month = date_trunc('month', cast($as_of as timestamp)) as is_under_way,
        last_value(invoiced.quantity ignore nulls) over so_far as invoiced_quantity,
        last_value(invoiced.unit_amount ignore nulls) over so_far as invoiced_unit_amount
    from items
    inner join months on months.month >= items.first_month and months.month < items.end_month
    left join invoiced on items.item_id = invoiced.item_id and months.month = invoiced.month
    window so_far as (partition by items.item_id order by months.month)

),

contracted as (

    select
        subscription_id,
        customer_id,
        currency,
        month,
        max(cycle_months) as cycle_months,
        sum(case
            when is_under_way then unit_amount * coalesce(quantity, 1)
            else coalesce(invoiced_unit_amount, unit_amount)
                * coalesce(invoiced_quantity, quantity, 1)
        end / cycle_months) as mrr
    from item_months
    group by all

),

discounts as (

    select
        discount.subscription_id,
        cast(date_trunc('month', discount.start) as date) as first_month,
        case coupon.duration
            when 'once' then date_trunc('month', discount.start) + interval 1 month
            when 'repeating' then date_trunc('month', discount.start)
                + to_months(cast(coalesce(coupon.duration_in_months, 1) as integer))
        end as end_month,
        coalesce(coupon.amount_off, 0) as amount_off,
        coalesce(coupon.percent_off, 0) as percent_off
    from (
        select subscription_id, coupon_id, start from raw.subscription_discount
        union
        select coalesce(subscription_id, type_id) as subscription_id, coupon_id, start
        from raw.discount
        where coalesce(subscription_id, type_id) is not null and invoice_id is null
            and invoice_item_id is null
    ) as discount
    left join raw.coupon as coupon on discount.coupon_id = coupon.id
    where discount.subscription_id is not null

),

discounted as (

    select
        contracted.customer_id,
        contracted.currency,
        contracted.month,
        contracted.mrr * (1 - coalesce(max(discounts.percent_off), 0) / 100)
            - coalesce(sum(discounts.amount_off), 0) / contracted.cycle_months as mrr
    from contracted
    left join discounts
        on
            contracted.subscription_id = discounts.subscription_id
            and contracted.month >= discounts.first_month
            and (discounts.end_month is null or contracted.month < discounts.end_month)
    group by
        contracted.subscription_id, contracted.customer_id, contracted.currency, contracted.month,
        contracted.mrr, contracted.cycle_months

)

select
    customer_id,
    month,
    upper(currency) as currency,
    sum(coalesce(mrr, 0)) / 100 as mrr
from discounted
group by all
