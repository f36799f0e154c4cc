with customer_accounts as (

    select * from {{ ref('int_core__customer_companies') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}
    where movement_type in ('new', 'churn')

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}
    where closing_mrr > 0

),

-- What a customer closes a month with is dated by the month's last day.
united as (

    select
        customer_id,
        movement_type as event_type,
        movement_date as event_date,
        mrr_change as mrr
    from movements

    union all

    select
        customer_id,
        'closing' as event_type,
        least(
            {{ as_of_date() }},
            cast({{ add_days(add_months('month', 1), -1) }} as date)
        ) as event_date,
        closing_mrr as mrr
    from customer_months

),

final as (

    select
        united.customer_id,
        united.event_type,
        united.event_date,
        customer_accounts.account_id,
        cast(united.mrr as decimal(38, 6)) as mrr
    from united
    left join customer_accounts
        on united.customer_id = customer_accounts.customer_id

)

select * from final
