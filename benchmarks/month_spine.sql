-- The month-spine method over the interval table, in our own words: every customer is crossed with
-- the months of its life, the intervals that are open at each month's end are summed, and each
-- month is compared with the one before. One row per customer and month, from the first month with
-- revenue to the one after the last.
create table customer_months_by_spine as
with months as (

    select
        cast(series.month as date) as month,
        cast(series.month + interval 1 month as date) as next_month
    from (
        select
            date_trunc('month', min(valid_from)) as first_month,
            date_trunc('month', cast($as_of as timestamp)) as last_month
        from warehouse.intermediate.int_revenue__recurring_intervals
        where net_annual_amount <> 0
    ) as bounds
    cross join unnest(generate_series(
        cast(bounds.first_month as timestamp), cast(bounds.last_month as timestamp), interval 1 month
    )) as series (month)

),

intervals as (

    select
        customer_id,
        currency,
        net_annual_amount,
        valid_from,
        valid_to
    from warehouse.intermediate.int_revenue__recurring_intervals
    where net_annual_amount <> 0

),

lives as (

    select
        customer_id,
        cast(date_trunc('month', min(valid_from)) as date) as first_month,
        cast(
            date_trunc('month', max(coalesce(valid_to, cast($as_of as timestamp))))
            + interval 1 month as date
        ) as last_month
    from intervals
    group by customer_id

),

customer_months as (

    select
        lives.customer_id,
        months.month,
        months.next_month
    from lives
    inner join months on months.month between lives.first_month and lives.last_month

),

month_ends as (

    select
        customer_months.customer_id,
        customer_months.month,
        cast(
            coalesce(sum(intervals.net_annual_amount * fx_rates.rate), 0) / 12 as decimal(38, 6)
        ) as closing_mrr
    from customer_months
    left join intervals
        on
            customer_months.customer_id = intervals.customer_id
            and customer_months.next_month > intervals.valid_from
            and customer_months.next_month <= coalesce(
                intervals.valid_to, timestamp '9999-12-31 00:00:00'
            )
    left join warehouse.intermediate.int_revenue__fx_rates_monthly as fx_rates
        on
            intervals.currency = fx_rates.currency
            and customer_months.month = fx_rates.month
    group by customer_months.customer_id, customer_months.month

),

compared as (

    select
        month_ends.*,
        lag(closing_mrr, 1, 0) over (partition by customer_id order by month) as opening_mrr,
        max(case when closing_mrr > 0 then 1 else 0 end) over (
            partition by customer_id order by month
            rows between unbounded preceding and 1 preceding
        ) as paid_before
    from month_ends

)

select
    month,
    customer_id,
    opening_mrr,
    closing_mrr,
    closing_mrr - opening_mrr as mrr_change,
    case
        when closing_mrr = opening_mrr then null
        when opening_mrr = 0 and paid_before = 1 then 'reactivation'
        when opening_mrr = 0 then 'new'
        when closing_mrr = 0 then 'churn'
        when closing_mrr > opening_mrr then 'expansion'
        else 'contraction'
    end as movement_type
from compared
