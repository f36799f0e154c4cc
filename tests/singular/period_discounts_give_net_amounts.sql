{{ config(meta={'dagster': {'ref': {'name': 'fct_subscription_period_discounts'}}}) }}
-- Invariant: the percentages listed for an interval lead from its gross to its net amount; one
-- without any discount has none off.
with periods as (

    select * from {{ ref('fct_subscription_periods') }}

),

discounts as (

    select
        subscription_period_id,
        {{ product('1 - coalesce(percent_off, 0) / 100') }} as share_left,
        max(case when amount_off is not null then 1 else 0 end) as has_amount_off
    from {{ ref('fct_subscription_period_discounts') }}
    group by subscription_period_id

),

final as (

    select
        periods.subscription_period_id,
        periods.gross_annual_amount,
        periods.net_annual_amount,
        coalesce(discounts.share_left, 1) as share_left
    from periods
    left join discounts
        on periods.subscription_period_id = discounts.subscription_period_id
    where coalesce(discounts.has_amount_off, 0) = 0

)

select * from final
where abs(gross_annual_amount * share_left - net_annual_amount) > 0.000001
