with responses as (

    select * from {{ ref('int_success__nps_responses_placed') }}
    where is_counted and closing_mrr > 0

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

windows as (

    select
        responses.response_id,
        responses.customer_id,
        responses.category,
        windows.window_months,
        cast({{ add_months('responses.month', 'windows.window_months') }} as date) as outcome_month
    from responses
    cross join (values (3), (6), (12)) as windows (window_months)

),

-- An answer is followed up once all of its window is over.
outcomes as (

    select
        windows.window_months,
        windows.response_id,
        windows.customer_id,
        windows.category,
        case when customer_months.closing_mrr > 0 then 'stayed' else 'churned' end as outcome
    from windows
    inner join company_months
        on
            windows.outcome_month = company_months.month
            and company_months.is_complete
    left join customer_months
        on
            windows.customer_id = customer_months.customer_id
            and windows.outcome_month = customer_months.month

),

final as (

    select
        window_months,
        outcome,
        count(*) as responses,
        count(case when category = 'promoter' then 1 end) as promoters,
        count(case when category = 'passive' then 1 end) as passives,
        count(case when category = 'detractor' then 1 end) as detractors,
        count(distinct customer_id) as customers
    from outcomes
    group by window_months, outcome

)

select * from final
