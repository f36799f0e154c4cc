-- Invariant: closing MRR and customers of a month are the opening ones of the next; no month is
-- left out, the first opens at 0, and the last is the as-of month.
with bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

neighbours as (

    select
        month,
        opening_mrr,
        closing_mrr,
        opening_customers,
        closing_customers,
        lag(month) over (order by month) as previous_month,
        coalesce(lag(closing_mrr) over (order by month), 0) as previous_closing_mrr,
        coalesce(lag(closing_customers) over (order by month), 0) as previous_closing_customers,
        lead(month) over (order by month) as next_month
    from bridge

)

select * from neighbours
where
    opening_mrr <> previous_closing_mrr
    or opening_customers <> previous_closing_customers
    or previous_month <> cast({{ add_months('month', -1) }} as date)
    or (next_month is null and month <> {{ month_start(as_of_date()) }})
