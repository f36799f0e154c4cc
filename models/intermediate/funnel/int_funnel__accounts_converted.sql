with account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'customer'

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

paid_intervals as (

    select * from {{ ref('int_revenue__recurring_intervals') }}
    where net_annual_amount > 0

),

first_movements as (

    select
        customer_id,
        min(movement_date) as first_paid_date
    from movements
    where movement_date <= {{ as_of_date() }}
    group by customer_id

),

first_intervals as (

    select
        customer_id,
        min(valid_from) as first_paid_at
    from paid_intervals
    group by customer_id

),

-- A lead of the same morning comes before the payment, as a touch does.
customers as (

    select
        account_members.account_id,
        first_movements.customer_id,
        {{ first_paid_instant('first_intervals.first_paid_at', 'first_movements.first_paid_date') }}
            as first_paid_at
    from first_movements
    inner join account_members
        on first_movements.customer_id = account_members.member_id
    left join first_intervals
        on first_movements.customer_id = first_intervals.customer_id

),

ranked as (

    select
        account_id,
        customer_id,
        first_paid_at,
        row_number() over (partition by account_id order by first_paid_at, customer_id) as rank
    from customers

),

final as (

    select
        account_id,
        customer_id,
        first_paid_at
    from ranked
    where rank = 1

)

select * from final
