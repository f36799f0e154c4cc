{{ config(meta={'dagster': {'ref': {'name': 'rpt_retention_monthly'}}}) }}
-- Invariant: retention of the company is what fct_customer_mrr_monthly gives: MRR at the end of
-- the window of the customers with MRR at its start, over their MRR then.
with customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}
    where closing_mrr > 0

),

retention as (

    select * from {{ ref('rpt_retention_monthly') }}
    where segment_type = 'all'

),

recomputed as (

    select
        windows.window_months,
        cast({{ add_months('starts.month', 'windows.window_months') }} as date) as month,
        count(*) as opening_customers,
        count(ends.customer_id) as present_customers,
        sum(starts.closing_mrr) as opening_mrr,
        sum(coalesce(ends.closing_mrr, 0)) as retained_mrr,
        sum(least(starts.closing_mrr, coalesce(ends.closing_mrr, 0))) as gross_retained_mrr
    from customer_months as starts
    cross join (values (1), (3), (12)) as windows (window_months)
    left join customer_months as ends
        on
            starts.customer_id = ends.customer_id
            and cast({{ add_months('starts.month', 'windows.window_months') }} as date)
            = ends.month
    group by
        windows.window_months,
        cast({{ add_months('starts.month', 'windows.window_months') }} as date)

),

final as (

    select
        retention.month,
        recomputed.window_months,
        case recomputed.window_months
            when 1 then retention.opening_customers
            when 3 then retention.opening_customers_3m
            else retention.opening_customers_12m
        end - recomputed.opening_customers as opening_customers_difference,
        case recomputed.window_months
            when 1 then retention.retained_customers_1m
            when 3 then retention.retained_customers_3m
            else retention.retained_customers_12m
        end - recomputed.present_customers as retained_customers_difference,
        case recomputed.window_months
            when 1 then retention.opening_mrr
            when 3 then retention.opening_mrr_3m
            else retention.opening_mrr_12m
        end - recomputed.opening_mrr as opening_mrr_difference,
        case recomputed.window_months
            when 1 then retention.retained_mrr_1m
            when 3 then retention.retained_mrr_3m
            else retention.retained_mrr_12m
        end - recomputed.retained_mrr as retained_mrr_difference,
        case recomputed.window_months
            when 1 then retention.gross_retained_mrr_1m
            when 3 then retention.gross_retained_mrr_3m
            else retention.gross_retained_mrr_12m
        end - recomputed.gross_retained_mrr as gross_retained_mrr_difference
    from recomputed
    left join retention
        on recomputed.month = retention.month
    where recomputed.month <= {{ month_start(as_of_date()) }}

)

-- Under free_plan_downgrade contraction a customer at 0 is retained.
select * from final
where
    coalesce(opening_customers_difference, 1) <> 0
    or (
        retained_customers_difference <> 0
        and not {{ policy_is('free_plan_downgrade', 'contraction') }}
    )
    or opening_mrr_difference <> 0
    or retained_mrr_difference <> 0
    or gross_retained_mrr_difference <> 0
