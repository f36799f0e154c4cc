with customer_days as (

    select * from {{ ref('int_revenue__customer_days_balanced') }}

),

-- Both sides of a movement convert at its month's rate and are rounded once, here.
balances as (

    select
        customer_id,
        change_date,
        {{ monthly_from_annual('sum((closing_annual_amount - annual_change) * fx_rate)') }}
            as opening_mrr,
        {{ monthly_from_annual('sum(closing_annual_amount * fx_rate)') }} as closing_mrr,
        case when count(*) = 1 then max(currency) end as currency,
        case
            when count(*) = 1
                then
                    {{ monthly_from_annual('sum(closing_annual_amount)') }}
                    - {{ monthly_from_annual('sum(closing_annual_amount - annual_change)') }}
        end as mrr_change_original_currency
    from customer_days
    group by customer_id, change_date

),

with_past as (

    select
        balances.*,
        max(case when closing_mrr > 0 then 1 else 0 end) over (
            partition by customer_id order by change_date
            rows between unbounded preceding and 1 preceding
        ) as paid_before
    from balances

),

final as (

    select
        md5(customer_id || '|' || cast(change_date as string)) as movement_id,
        customer_id,
        change_date as movement_date,
        case
            when opening_mrr > 0 and closing_mrr = 0 then 'churn'
            when opening_mrr = 0 and paid_before = 1 then 'reactivation'
            when opening_mrr = 0 then 'new'
            when closing_mrr > opening_mrr then 'expansion'
            else 'contraction'
        end as movement_type,
        closing_mrr - opening_mrr as mrr_change,
        opening_mrr,
        closing_mrr,
        currency,
        mrr_change_original_currency
    from with_past
    where closing_mrr <> opening_mrr

)

select * from final
