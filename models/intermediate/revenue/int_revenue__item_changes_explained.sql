with item_days as (

    select * from {{ ref('int_revenue__item_days_compared') }}

),

subscriptions as (

    select * from {{ ref('int_revenue__subscriptions_summarised') }}

),

block_causes as (

    select * from {{ ref('int_revenue__block_causes_matched') }}

),

direct_ends as (

    select
        subscription_item_id,
        {{ reporting_date('ended_at') }} as ended_on,
        max(cancellation_type) as cancellation_type
    from {{ ref('input_subscription_periods') }}
    where ended_at is not null
    group by subscription_item_id, {{ reporting_date('ended_at') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

in_context as (

    select
        item_days.*,
        movements.movement_id,
        movements.movement_date,
        movements.movement_type,
        movements.mrr_change,
        block_causes.cause,
        case
            when
                {{ reporting_date('subscriptions.ended_at') }} = item_days.change_date
                or block_causes.cause = 'cancel_request'
                then subscriptions.cancellation_type
            when direct_ends.subscription_item_id is not null
                then coalesce(direct_ends.cancellation_type, 'unknown')
        end as cancellation_type,
        max(case when item_days.old_net_annual_amount = 0 then 1 else 0 end) over (
            partition by item_days.customer_id, movements.movement_date
        ) as has_start,
        max(case when item_days.net_annual_amount = 0 then 1 else 0 end) over (
            partition by item_days.customer_id, movements.movement_date
        ) as has_stop
    from item_days
    inner join movements
        on
            item_days.customer_id = movements.customer_id
            and {{ netting_period('item_days.change_date') }}
            = {{ netting_period('movements.movement_date') }}
    left join subscriptions
        on
            item_days.billing_source = subscriptions.billing_source
            and item_days.subscription_id = subscriptions.subscription_id
    left join direct_ends
        on
            item_days.subscription_item_id = direct_ends.subscription_item_id
            and item_days.change_date = direct_ends.ended_on
    left join block_causes
        on
            item_days.customer_id = block_causes.customer_id
            and item_days.subscription_item_id = block_causes.subscription_item_id
            and item_days.change_date = block_causes.change_date

),

final as (

    select
        in_context.*,
        case
            when old_net_annual_amount <> 0 and net_annual_amount <> 0 then 'changed'
            when net_annual_amount = 0 then 'stopped'
            else 'started'
        end as change_kind,
        case
            when
                evidence = 'usage_line' and (net_annual_amount <> 0 or cancellation_type is null)
                then 'usage'
            when net_annual_amount <> 0 and old_net_annual_amount <> 0
                then case
                    when (price_key is not distinct from old_price_key) then 'price'
                    when (plan_key is distinct from old_plan_key) then 'plan'
                    when
                        billing_interval <> old_billing_interval
                        or interval_count <> old_interval_count
                        then 'term'
                    else 'price'
                end
            when net_annual_amount = 0
                then case
                    when cause = 'transfer' then 'cross_sell'
                    when cause = 'pause' then 'pause'
                    when cause = 'unpaid' then 'cancellation_involuntary'
                    when gross_annual_amount > 0 then 'discount'
                    when gross_annual_amount = 0 then 'plan'
                    when has_start = 1 and movement_type <> 'churn' then 'plan'
                    when cancellation_type = 'unknown' then 'unknown'
                    when cancellation_type is not null then 'cancellation_' || cancellation_type
                    when movement_type = 'churn' then 'unknown'
                    else 'cross_sell'
                end
            when cause = 'transfer' then 'cross_sell'
            when cause in ('pause', 'unpaid', 'cancel_request') then 'resume'
            when old_gross_annual_amount > 0 then 'discount'
            when
                old_gross_annual_amount = 0
                or movement_type in ('new', 'reactivation')
                or has_stop = 1
                then 'plan'
            else 'cross_sell'
        end as main_reason
    from in_context

)

select * from final
