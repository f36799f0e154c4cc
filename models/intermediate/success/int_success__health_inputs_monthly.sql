with engagement as (

    select * from {{ ref('int_success__engagement_scored') }}

),

responses as (

    select * from {{ ref('int_success__nps_responses_placed') }}
    where is_counted and customer_id is not null

),

tickets as (

    select * from {{ ref('int_success__tickets_monthly') }}

),

failed_payments as (

    select * from {{ ref('int_success__failed_payments_monthly') }}

),

terms as (

    select * from {{ ref('int_success__customer_terms_monthly') }}

),

-- The use of a month against the mean of those of the three before it that are known. Who still
-- uses nothing has not stopped losing: all use is gone.
trends as (

    select
        customer_id,
        month,
        engagement_score,
        case
            when daily_active_users = 0 and avg(daily_active_users) over months_before = 0 then -1
            else
                {{ ratio('daily_active_users', 'avg(daily_active_users) over months_before') }} - 1
        end as engagement_trend
    from engagement
    window months_before as (
        partition by customer_id order by month
        range between interval 3 month preceding and interval 1 month preceding
    )

),

answers as (

    select
        engagement.customer_id,
        engagement.month,
        {{ ratio('sum(responses.score)', 'count(*)') }} as nps_score
    from engagement
    inner join responses
        on
            engagement.customer_id = responses.customer_id
            and engagement.month >= responses.month
            and {{ add_months('responses.month', policy('nps_memory_months')) }} > engagement.month
    group by engagement.customer_id, engagement.month

),

final as (

    select
        engagement.customer_id,
        engagement.month,
        engagement.is_complete,
        trends.engagement_score,
        trends.engagement_trend,
        answers.nps_score,
        greatest(failed_payments.payments_failed, failed_payments.invoices_overdue)
            as failed_payments,
        terms.seats,
        {{ ratio('terms.seats', 'earlier_terms.seats') }} - 1 as seat_trend,
        tickets.tickets_90d,
        tickets.open_tickets,
        terms.days_to_renewal,
        terms.expiring_discount_share
    from engagement
    left join trends
        on
            engagement.customer_id = trends.customer_id
            and engagement.month = trends.month
    left join answers
        on
            engagement.customer_id = answers.customer_id
            and engagement.month = answers.month
    left join failed_payments
        on
            engagement.customer_id = failed_payments.customer_id
            and engagement.month = failed_payments.month
    left join tickets
        on
            engagement.customer_id = tickets.customer_id
            and engagement.month = tickets.month
    left join terms
        on
            engagement.customer_id = terms.customer_id
            and engagement.month = terms.month
    left join terms as earlier_terms
        on
            engagement.customer_id = earlier_terms.customer_id
            and {{ add_months('engagement.month', -3) }} = earlier_terms.month

)

select * from final
