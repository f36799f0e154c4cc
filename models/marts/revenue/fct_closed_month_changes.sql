with versions as (

    select * from {{ ref('history_versions_restated') }}
    where closed_at is not null

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

ids_moved as (

    select * from {{ ref('int_revenue__customer_ids_moved') }}

),

-- What was closed is the last report up to the closing; a month that was closed before this
-- warehouse reported it, its first report.
at_close as (

    select
        *,
        is_first_report or reported_at <= closed_at as is_closed_number
    from versions

),

latest_first as (

    select
        *,
        row_number() over (
            partition by month, customer_id, is_closed_number order by version_number desc
        ) as latest_first
    from at_close

),

closed_numbers as (

    select
        month,
        customer_id,
        closed_at,
        {% for amount in bridge_amounts() -%}
            sum(case when is_closed_number and latest_first = 1 then {{ amount }} else 0 end)
                as closed_{{ amount }},
        {% endfor -%}
        max(case when not is_closed_number then reported_at end) as changed_at
    from latest_first
    group by month, customer_id, closed_at

),

compared as (

    select
        {% for amount in bridge_amounts() -%}
            coalesce(customer_months.{{ amount }}, 0) as current_{{ amount }},
        {% endfor -%}
        closed_numbers.*
    from closed_numbers
    left join customer_months
        on
            closed_numbers.month = customer_months.month
            and closed_numbers.customer_id = customer_months.customer_id

),

final as (

    select
        compared.month,
        compared.closed_at,
        compared.customer_id,
        coalesce(ids_moved.customer_id, compared.customer_id) as current_customer_id,
        {% for stand in ['closed', 'current'] -%}
            {% for amount in bridge_amounts(stand ~ '_') -%}
                cast(compared.{{ amount }} as decimal(38, 6)) as {{ amount }},
            {% endfor -%}
        {% endfor -%}
        cast(compared.current_closing_mrr - compared.closed_closing_mrr as decimal(38, 6))
            as changed_mrr,
        compared.changed_at
    from compared
    left join ids_moved
        on compared.customer_id = ids_moved.former_customer_id
    where {{ any_amount_differs('compared.current_', 'compared.closed_') }}

)

select * from final
order by month, customer_id
