with customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}
    where closing_mrr > 0

),

company_months as (

    select
        month,
        closes_at,
        is_complete,
        {{ days_between('month', reporting_date('closes_at')) }} as whole_days
    from {{ ref('int_revenue__company_months') }}

),

activity as (

    select * from {{ ref('int_success__activity_monthly') }}

),

product_days as (

    select * from {{ ref('int_success__product_days') }}

),

customers_in_product as (

    select * from {{ ref('int_success__customers_in_product') }}

),

first_uses as (

    select
        customer_id,
        event_name,
        event_kind,
        min(activity_date) as first_used_on
    from product_days
    group by customer_id, event_name, event_kind

),

{{ product_names_known() }},

-- Who never did anything, though the product would have told of it, has used nothing.
reached as (

    select
        customer_months.customer_id,
        customer_months.month,
        count(case when first_uses.event_kind = 'milestone' then 1 end) as milestones_reached
    from customer_months
    inner join customers_in_product
        on
            customer_months.customer_id = customers_in_product.customer_id
            and customer_months.month >= {{ month_start('customers_in_product.known_from') }}
    left join first_uses
        on
            customer_months.customer_id = first_uses.customer_id
            and customer_months.month >= {{ month_start('first_uses.first_used_on') }}
    group by customer_months.customer_id, customer_months.month

),

seen as (

    select
        {% for column in ('active_users', 'user_days', 'user_weeks', 'login_days', 'features_used')
        -%}
            coalesce(activity.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        reached.*
    from reached
    left join activity
        on
            reached.customer_id = activity.customer_id
            and reached.month = activity.month

),

final as (

    select
        customer_months.customer_id,
        customer_months.month,
        company_months.is_complete,
        company_months.whole_days,
        seen.active_users as monthly_active_users,
        {{ ratio('seen.user_weeks', 'floor(whole_days / 7.0)') }} as weekly_active_users,
        {{ ratio('seen.user_days', 'whole_days') }} as daily_active_users,
        case
            when known.known_logins > 0 then {{ ratio('7 * seen.login_days', 'whole_days') }}
        end as login_days_per_week,
        seen.features_used,
        known.known_features,
        seen.milestones_reached,
        known.known_milestones
    from customer_months
    inner join company_months
        on customer_months.month = company_months.month
    left join seen
        on
            customer_months.customer_id = seen.customer_id
            and customer_months.month = seen.month
    left join known
        on customer_months.month = known.month

)

select * from final
