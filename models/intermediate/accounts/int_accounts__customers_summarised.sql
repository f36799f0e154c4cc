with customer_accounts as (

    select * from {{ ref('int_core__customer_companies') }}

),

statuses as (

    select * from {{ ref('int_revenue__customer_statuses_derived') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

values_now as (

    select
        customer_id,
        max(case when month = {{ month_start(as_of_date()) }} then closing_mrr end) as mrr,
        max(case
            when month = cast({{ add_months(month_start(as_of_date()), -12) }} as date)
                then closing_mrr
        end) as mrr_before,
        sum(closing_mrr) as value_to_date
    from customer_months
    group by customer_id

),

-- Of several customers the one that is furthest gives the account its status; who was only ever
-- seen by billing, and neither paid nor tried, is a prospect.
final as (

    select
        customer_accounts.account_id,
        case min(case
            when not statuses.has_ever_paid and statuses.status = 'churned' then 9
            else {{ customer_status_rank('statuses.status') }}
        end)
            {% for status in customer_statuses() %}
                when {{ loop.index }} then '{{ status }}'
            {% endfor %}
            else 'prospect'
        end as customer_status,
        cast(coalesce(sum(values_now.mrr), 0) as decimal(38, 6)) as current_mrr,
        cast(coalesce(sum(values_now.mrr_before), 0) as decimal(38, 6)) as mrr_12m_before,
        cast(coalesce(sum(values_now.value_to_date), 0) as decimal(38, 6))
            as lifetime_value_to_date
    from customer_accounts
    left join statuses
        on customer_accounts.customer_id = statuses.customer_id
    left join values_now
        on customer_accounts.customer_id = values_now.customer_id
    group by customer_accounts.account_id

)

select * from final
