with split as (

    select * from {{ ref('int_revenue__item_changes_split') }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

parts as (

    select
        movement_id,
        customer_id,
        movement_date,
        mrr_change,
        subscription_id,
        subscription_item_id,
        currency,
        evidence,
        evidence_id,
        'quantity' as reason,
        quantity_annual_change as annual_change
    from split
    where quantity_annual_change <> 0

    union all

    select
        movement_id,
        customer_id,
        movement_date,
        mrr_change,
        subscription_id,
        subscription_item_id,
        currency,
        evidence,
        evidence_id,
        'discount' as reason,
        discount_annual_change as annual_change
    from split
    where discount_annual_change <> 0

    union all

    select
        movement_id,
        customer_id,
        movement_date,
        mrr_change,
        subscription_id,
        subscription_item_id,
        currency,
        case
            when main_reason in ('pause', 'resume') or main_reason like 'cancellation%'
                then 'subscription'
            else evidence
        end as evidence,
        case
            when main_reason in ('pause', 'resume') or main_reason like 'cancellation%'
                then subscription_id
            else evidence_id
        end as evidence_id,
        main_reason as reason,
        net_annual_amount - old_net_annual_amount - quantity_annual_change
        - discount_annual_change as annual_change
    from split
    where
        net_annual_amount - old_net_annual_amount - quantity_annual_change
        - discount_annual_change <> 0

),

valued as (

    select
        parts.*,
        {{ monthly_from_annual(in_reporting_currency('parts.annual_change', 'fx_rates.rate')) }}
            as rounded_change,
        row_number() over (
            partition by parts.movement_id
            order by abs(parts.annual_change) desc, parts.subscription_item_id, parts.reason asc
        ) as size_rank
    from parts
    inner join fx_rates
        on
            parts.currency = fx_rates.currency
            and {{ month_start('parts.movement_date') }} = fx_rates.month

),

with_remainders as (

    select
        valued.*,
        case
            when size_rank = 1
                then mrr_change - sum(rounded_change) over (partition by movement_id)
            else 0
        end as rounding_remainder
    from valued

),

-- What rounding leaves over stands with the largest part, so that the parts add up to the
-- movement.
final as (

    select
        movement_id,
        customer_id,
        movement_date,
        reason,
        subscription_id,
        subscription_item_id,
        evidence,
        evidence_id,
        rounded_change + rounding_remainder as mrr_change,
        rounding_remainder
    from with_remainders

)

select * from final
