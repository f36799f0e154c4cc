with customer_days as (

    select * from {{ ref('int_revenue__customer_days_balanced') }}

),

free_plans as (

    select * from {{ ref('int_revenue__free_plans_matched') }}

),

-- Both sides of a movement convert at its month's rate and are rounded once, here.
balances as (

    select
        customer_id,
        change_date,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('closing_annual_amount - annual_change', 'fx_rate') ~ ')'
        ) }} as opening_mrr,
        {{ monthly_from_annual(
            'sum(' ~ in_reporting_currency('closing_annual_amount', 'fx_rate') ~ ')'
        ) }} as closing_mrr,
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
        ) as paid_before,
        lag(change_date) over (partition by customer_id order by change_date)
            as previous_change_date
    from balances

),

in_context as (

    select
        with_past.*,
        free_plans.is_free_after,
        free_plans.was_free_before,
        lag(free_plans.is_free_after) over (
            partition by with_past.customer_id order by with_past.change_date
        ) as fell_to_free
    from with_past
    left join free_plans
        on
            with_past.customer_id = free_plans.customer_id
            and with_past.change_date = free_plans.change_date

),

final as (

    select
        md5(customer_id || '|' || cast(change_date as string)) as movement_id,
        customer_id,
        change_date as movement_date,
        case
            when opening_mrr > 0 and closing_mrr = 0 and is_free_after = 1 then 'contraction'
            when opening_mrr > 0 and closing_mrr = 0 then 'churn'
            when opening_mrr = 0 and fell_to_free = 1 and was_free_before = 1 then 'expansion'
            when
                opening_mrr = 0
                and paid_before = 1
                and {{ returned_in_time('previous_change_date', 'change_date') }}
                then 'reactivation'
            when opening_mrr = 0 then 'new'
            when closing_mrr > opening_mrr then 'expansion'
            else 'contraction'
        end as movement_type,
        closing_mrr - opening_mrr as mrr_change,
        opening_mrr,
        closing_mrr,
        currency,
        mrr_change_original_currency
    from in_context
    where closing_mrr <> opening_mrr

)

select * from final
