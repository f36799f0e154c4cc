with intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where gross_annual_amount = 0

),

prices as (

    select * from {{ ref('input_prices') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

-- A trial states 0 as well: of a price that has an amount, or within the subscription's trial.
final as (

    select
        intervals.customer_id,
        intervals.subscription_item_id,
        intervals.valid_from,
        intervals.valid_to
    from intervals
    left join prices
        on intervals.price_id = prices.price_id
    left join subscriptions
        on intervals.subscription_id = subscriptions.subscription_id
    where
        coalesce(prices.unit_amount, 0) = 0
        and not coalesce(
            intervals.valid_from >= subscriptions.trial_started_at
            and intervals.valid_from
            < coalesce(subscriptions.trial_ended_at, {{ far_future() }}),
            false
        )

)

select * from final
