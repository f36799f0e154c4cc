with credits as (

    select * from {{ ref('int_acquisition__new_customer_credits') }}
    where {{ is_cohort_model() }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

-- A customer that counts as new again leaves its old cohort.
members as (

    select
        customer_id,
        month as cohort_month,
        lead(month) over (partition by customer_id order by month) as next_cohort_month
    from credits
    group by customer_id, month

),

credited as (

    select
        customer_id,
        month as cohort_month,
        segment_type,
        segment_value,
        attribution_model,
        {{ divide_exact('sum(credit)', 'count(distinct movement_id)', 12) }} as credit
    from credits
    group by customer_id, month, segment_type, segment_value, attribution_model

),

final as (

    select
        members.cohort_month,
        credited.segment_type,
        credited.segment_value,
        credited.attribution_model,
        customer_months.month,
        cast(
            sum(
                cast(customer_months.closing_mrr as decimal(20, 6))
                * cast(credited.credit as decimal(13, 12))
            ) as decimal(38, 6)
        ) as cohort_mrr
    from members
    inner join credited
        on
            members.customer_id = credited.customer_id
            and members.cohort_month = credited.cohort_month
    inner join customer_months
        on
            members.customer_id = customer_months.customer_id
            and members.cohort_month <= customer_months.month
            and coalesce(members.next_cohort_month > customer_months.month, true)
    group by
        members.cohort_month,
        credited.segment_type,
        credited.segment_value,
        credited.attribution_model,
        customer_months.month

)

select * from final
