with versions as (

    select * from {{ ref('history_versions_restated') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

ids_moved as (

    select * from {{ ref('int_revenue__customer_ids_moved') }}

),

-- A customer that the first report did not have is in it with 0.
first_reports as (

    select
        month,
        customer_id,
        first_reported_at,
        {% for amount in bridge_amounts() -%}
            sum(case when is_first_report then {{ amount }} else 0 end)
                as first_reported_{{ amount }},
        {% endfor -%}
        max(case when not is_first_report then reported_at end) as restated_at
    from versions
    group by month, customer_id, first_reported_at

),

compared as (

    select
        {% for amount in bridge_amounts() -%}
            coalesce(customer_months.{{ amount }}, 0) as current_{{ amount }},
        {% endfor -%}
        first_reports.*
    from first_reports
    left join customer_months
        on
            first_reports.month = customer_months.month
            and first_reports.customer_id = customer_months.customer_id

),

final as (

    select
        compared.month,
        compared.customer_id,
        coalesce(ids_moved.customer_id, compared.customer_id) as current_customer_id,
        compared.first_reported_at,
        {% for stand in ['first_reported', 'current'] -%}
            {% for amount in bridge_amounts(stand ~ '_') -%}
                cast(compared.{{ amount }} as decimal(38, 6)) as {{ amount }},
            {% endfor -%}
        {% endfor -%}
        cast(
            compared.current_closing_mrr - compared.first_reported_closing_mrr as decimal(38, 6)
        ) as restated_mrr,
        compared.restated_at
    from compared
    left join ids_moved
        on compared.customer_id = ids_moved.former_customer_id
    where {{ any_amount_differs('compared.current_', 'compared.first_reported_') }}

)

select * from final
order by month, customer_id
