-- Invariant: the closing MRR of a customer's month is the opening MRR of its next month, up to
-- the as-of month; a customer without MRR has no row, so a first row opens at 0 and a last row
-- closes at 0.
with customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

neighbours as (

    select
        customer_id,
        month,
        opening_mrr,
        closing_mrr,
        lag(month) over (partition by customer_id order by month) as previous_month,
        lag(closing_mrr) over (partition by customer_id order by month) as previous_closing_mrr,
        lead(month) over (partition by customer_id order by month) as next_month
    from customer_months

),

final as (

    select
        customer_id,
        month,
        opening_mrr,
        case
            when previous_month = cast({{ add_months('month', -1) }} as date)
                then previous_closing_mrr
            else 0
        end as expected_opening_mrr,
        closing_mrr,
        next_month
    from neighbours

)

select * from final
where
    opening_mrr <> expected_opening_mrr
    or month > {{ month_start(as_of_date()) }}
    or (
        closing_mrr <> 0
        and month < {{ month_start(as_of_date()) }}
        and next_month is distinct from cast({{ add_months('month', 1) }} as date)
    )
