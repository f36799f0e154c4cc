with balances as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

-- A join with the month before costs a third of a window over every month.
months_before as (

    select
        customer_id,
        cast({{ add_months('month', 1) }} as date) as next_month,
        closing_mrr
    from {{ ref('int_revenue__customer_months_filled') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

monthly_movements as (

    select
        customer_id,
        {{ month_start('movement_date') }} as month,
        sum(case when movement_type = 'new' then mrr_change else 0 end) as new_mrr,
        sum(case when movement_type = 'reactivation' then mrr_change else 0 end)
            as reactivation_mrr,
        sum(case when movement_type = 'expansion' then mrr_change else 0 end) as expansion_mrr,
        sum(case when movement_type = 'contraction' then mrr_change else 0 end)
            as contraction_mrr,
        sum(case when movement_type = 'churn' then mrr_change else 0 end) as churn_mrr,
        sum(mrr_change) as mrr_change
    from movements
    group by customer_id, {{ month_start('movement_date') }}

),

opened as (

    select
        balances.customer_id,
        balances.month,
        balances.closing_mrr,
        coalesce(months_before.closing_mrr, 0) as opening_mrr
    from balances
    left join months_before
        on
            balances.customer_id = months_before.customer_id
            and balances.month = months_before.next_month

),

-- What opening and movements do not explain is the change of the exchange rate.
final as (

    select
        opened.month,
        opened.customer_id,
        cast(opened.opening_mrr as decimal(38, 6)) as opening_mrr,
        cast(coalesce(monthly_movements.new_mrr, 0) as decimal(38, 6)) as new_mrr,
        cast(coalesce(monthly_movements.reactivation_mrr, 0) as decimal(38, 6))
            as reactivation_mrr,
        cast(coalesce(monthly_movements.expansion_mrr, 0) as decimal(38, 6)) as expansion_mrr,
        cast(coalesce(monthly_movements.contraction_mrr, 0) as decimal(38, 6))
            as contraction_mrr,
        cast(coalesce(monthly_movements.churn_mrr, 0) as decimal(38, 6)) as churn_mrr,
        cast(
            opened.closing_mrr - opened.opening_mrr - coalesce(monthly_movements.mrr_change, 0)
            as decimal(38, 6)
        ) as fx_impact_mrr,
        cast(opened.closing_mrr as decimal(38, 6)) as closing_mrr,
        cast(12 * opened.closing_mrr as decimal(38, 6)) as closing_arr
    from opened
    left join monthly_movements
        on
            opened.customer_id = monthly_movements.customer_id
            and opened.month = monthly_movements.month
    where
        opened.opening_mrr <> 0
        or opened.closing_mrr <> 0
        or monthly_movements.customer_id is not null

)

select * from final
order by month, customer_id
