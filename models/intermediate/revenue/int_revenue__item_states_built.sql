{%- set item_states %}partition by subscription_item_id order by valid_from{% endset -%}

with ended_states as (

    select * from {{ ref('int_revenue__item_states_ended') }}

),

-- Neighbours that are alike are one state; its evidence is the first line that shows it.
neighbours as (

    select
        ended_states.*,
        lag(valid_to) over ({{ item_states }}) as previous_to,
        lag(price_id) over ({{ item_states }}) as previous_price_id,
        lag(quantity) over ({{ item_states }}) as previous_quantity,
        lag(currency) over ({{ item_states }}) as previous_currency,
        lag(gross_annual_amount) over ({{ item_states }}) as previous_annual_amount
    from ended_states

),

marked as (

    select
        neighbours.*,
        case
            when
                previous_to = valid_from
                and previous_annual_amount = gross_annual_amount
                and (previous_price_id is not distinct from price_id)
                and (previous_quantity is not distinct from quantity)
                and (previous_currency is not distinct from currency)
                then 0
            else 1
        end as starts_state
    from neighbours

),

numbered as (

    select
        marked.*,
        sum(starts_state) over (
            partition by subscription_item_id order by valid_from
            rows between unbounded preceding and current row
        ) as state_number
    from marked

),

final as (

    select
        billing_source,
        max(billing_customer_id) as billing_customer_id,
        max(subscription_id) as subscription_id,
        subscription_item_id,
        max(price_id) as price_id,
        max(product_id) as product_id,
        max(billing_interval) as billing_interval,
        max(interval_count) as interval_count,
        max(quantity) as quantity,
        max(currency) as currency,
        max(gross_annual_amount) as gross_annual_amount,
        min_by(share_without_tax, valid_from) as share_without_tax,
        min(valid_from) as valid_from,
        case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
        min_by(evidence, valid_from) as evidence,
        min_by(evidence_id, valid_from) as evidence_id
    from numbered
    group by billing_source, subscription_item_id, state_number

)

select * from final
