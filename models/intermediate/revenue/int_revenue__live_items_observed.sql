with observations as (

    select * from {{ ref('int_revenue__item_observations_united') }}

),

prices as (

    select * from {{ ref('input_prices') }}

),

last_events as (

    select * from {{ ref('int_revenue__billing_events_selected') }}
    where is_last_event

),

-- What a counted line shows is dated by the line; only what was seen after the item's last one,
-- and differs from it, is dated by the observation.
later_than_lines as (

    select
        observations.*,
        last_events.event_at as last_event_at,
        last_events.is_charge as last_is_charge,
        last_events.price_id as last_price_id,
        last_events.quantity as last_quantity,
        last_events.amount as last_amount,
        last_events.currency as last_currency,
        last_events.net_of_tax,
        last_events.gross_of_tax,
        last_events.is_charge and not last_events.is_proration and last_events.amount = 0
        and last_events.period_ended_at <= {{ as_of() }} as is_after_trial_line,
        row_number() over (
            partition by observations.subscription_item_id
            order by observations.observed_at asc, observations.evidence desc
        ) as observation_number
    from observations
    left join last_events
        on observations.subscription_item_id = last_events.subscription_item_id
    where
        last_events.event_at is null
        or last_events.event_at < observations.observed_at

),

compared as (

    select
        later_than_lines.*,
        case
            when observation_number > 1
                then lag(price_id) over (
                    partition by subscription_item_id order by observation_number
                )
            when last_is_charge then last_price_id
        end as previous_price_id,
        case
            when observation_number > 1
                then lag(quantity) over (
                    partition by subscription_item_id order by observation_number
                )
            when last_is_charge then last_quantity
        end as previous_quantity
    from later_than_lines

),

final as (

    select
        compared.billing_source,
        compared.subscription_item_id,
        compared.subscription_id,
        compared.observed_at as event_at,
        compared.price_id,
        compared.quantity,
        coalesce(compared.last_currency, prices.currency) as currency,
        compared.net_of_tax,
        compared.gross_of_tax,
        compared.evidence
    from compared
    left join prices
        on compared.price_id = prices.price_id
    where
        coalesce(prices.price_type, 'recurring') = 'recurring'
        and coalesce(prices.usage_type, 'licensed') = 'licensed'
        and (
            compared.price_id is distinct from compared.previous_price_id
            or compared.quantity is distinct from compared.previous_quantity
            or (compared.is_after_trial_line and compared.observation_number = 1)
        )

)

select * from final
