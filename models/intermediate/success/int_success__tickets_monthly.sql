with tickets as (

    select * from {{ ref('input_support_tickets') }}
    where created_at <= {{ as_of() }}

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}
    where closing_mrr > 0

),

company_months as (

    select * from {{ ref('int_revenue__company_months') }}

),

placed as (

    select
        tickets.created_at,
        tickets.solved_at,
        {{ found_customer() }} as customer_id
    from tickets
    {{ joined_customers('tickets') }}

),

counted as (

    select
        placed.customer_id,
        company_months.month,
        count(
            case
                when {{ add_days('placed.created_at', 90) }} >= company_months.closes_at then 1
            end
        ) as tickets_90d,
        count(
            case
                when placed.solved_at is null or placed.solved_at >= company_months.closes_at
                    then 1
            end
        ) as open_tickets
    from placed
    inner join company_months
        on
            placed.created_at < company_months.closes_at
            and greatest(
                {{ add_days('placed.created_at', 90) }},
                coalesce(placed.solved_at, {{ far_future() }})
            ) >= company_months.closes_at
    where placed.customer_id is not null
    group by placed.customer_id, company_months.month

),

first_ticket as (

    select min(created_at) as known_from
    from placed

),

-- Before the first ticket of anybody there was no help desk to know of.
final as (

    select
        customer_months.customer_id,
        customer_months.month,
        coalesce(counted.tickets_90d, 0) as tickets_90d,
        coalesce(counted.open_tickets, 0) as open_tickets
    from customer_months
    inner join company_months
        on customer_months.month = company_months.month
    inner join first_ticket
        on company_months.closes_at > first_ticket.known_from
    left join counted
        on
            customer_months.customer_id = counted.customer_id
            and customer_months.month = counted.month

)

select * from final
