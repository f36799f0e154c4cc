with discounts as (

    select
        *,
        case discount_scope
            when 'subscription_item' then subscription_item_id
            when 'subscription' then subscription_id
            else billing_customer_id
        end as target_id
    from {{ ref('input_discounts') }}
    where
        {{ counted_durations() }}
        and (duration = 'once' or ended_at is null or started_at < ended_at)

),

items as (

    select
        subscription_id,
        subscription_item_id,
        max(billing_customer_id) as billing_customer_id,
        max(billing_interval) as billing_interval,
        max(interval_count) as interval_count
    from {{ ref('int_revenue__item_states_built') }}
    where subscription_id is not null
    group by subscription_id, subscription_item_id

),

subscriptions as (

    select
        subscription_id,
        max(billing_customer_id) as billing_customer_id,
        max_by(billing_interval, subscription_item_id) as billing_interval,
        max_by(interval_count, subscription_item_id) as interval_count
    from items
    group by subscription_id

),

-- Whose a subscription is, or was for a while.
holders as (

    select
        subscription_id,
        billing_customer_id
    from subscriptions

    union

    select
        subscription_id,
        billing_customer_id
    from {{ ref('int_revenue__subscription_owners_derived') }}

),

-- What a discount can be given to, and the subscriptions that it is then on: a customer's is one on
-- each invoice, hence on each subscription.
targets as (

    select
        'subscription_item' as discount_scope,
        subscription_item_id as target_id,
        subscription_id,
        billing_interval,
        interval_count
    from items

    union all

    select
        'subscription' as discount_scope,
        subscription_id as target_id,
        subscription_id,
        billing_interval,
        interval_count
    from subscriptions

    union all

    select
        'customer' as discount_scope,
        holders.billing_customer_id as target_id,
        subscriptions.subscription_id,
        subscriptions.billing_interval,
        subscriptions.interval_count
    from subscriptions
    inner join holders
        on subscriptions.subscription_id = holders.subscription_id

),

-- A coupon for once holds for one billing period, whatever the loader says of its end.
final as (

    select
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        discounts.billing_customer_id,
        targets.subscription_id,
        discounts.percent_off,
        discounts.amount_off,
        discounts.currency,
        {% for end in ('scheduled_ended_at', 'ended_at') -%}
            case
                when discounts.duration = 'once'
                    then {{ add_billing_period(
                        'discounts.started_at', 'targets.billing_interval', 'targets.interval_count'
                    ) }}
                else discounts.{{ end }}
            end as {{ end }},
        {% endfor -%}
        discounts.started_at
    from discounts
    inner join targets
        on
            discounts.discount_scope = targets.discount_scope
            and discounts.target_id = targets.target_id

)

select * from final
