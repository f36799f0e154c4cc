with account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'customer'

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
        account_members.account_id,
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
    from account_members
    left join statuses
        on account_members.member_id = statuses.customer_id
    left join values_now
        on account_members.member_id = values_now.customer_id
    group by account_members.account_id

)

select * from final
