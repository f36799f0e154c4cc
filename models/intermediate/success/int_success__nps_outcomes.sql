with responses as (

    select
        response_id,
        customer_id,
        category,
        month,
        {{ reporting_date('responded_at') }} as answered_on
    from {{ ref('int_success__nps_responses_placed') }}
    where is_counted and customer_id is not null

),

movements as (

    select
        customer_id,
        movement_date,
        movement_type,
        closing_mrr,
        coalesce(
            lead(movement_date) over (partition by customer_id order by movement_date),
            cast({{ far_future() }} as date)
        ) as next_movement_date
    from {{ ref('int_revenue__movements_classified') }}

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

-- Movements are by the day: who paid at either end of the day of its answer was a customer then,
-- and churn on that day follows the answer.
followed as (

    select
        responses.response_id,
        responses.customer_id,
        responses.category,
        responses.month,
        min(case
            when
                movements.movement_type = 'churn'
                and movements.movement_date >= responses.answered_on
                then movements.movement_date
        end) as churned_on
    from responses
    inner join movements
        on responses.customer_id = movements.customer_id
    group by responses.response_id, responses.customer_id, responses.category, responses.month
    having
        max(case
            when
                movements.closing_mrr > 0
                and movements.movement_date <= responses.answered_on
                and movements.next_movement_date >= responses.answered_on
                then 1
        end) = 1

),

windows as (

    select
        followed.*,
        windows.window_months,
        cast({{ add_months('followed.month', 'windows.window_months') }} as date) as outcome_month
    from followed
    cross join (values (3), (6), (12)) as windows (window_months)

),

-- An answer is followed up once all of its window is over.
outcomes as (

    select
        windows.window_months,
        windows.customer_id,
        windows.category,
        case
            when {{ month_start('windows.churned_on') }} <= windows.outcome_month then 'churned'
            else 'stayed'
        end as outcome
    from windows
    inner join company_months
        on
            windows.outcome_month = company_months.month
            and company_months.is_complete

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
