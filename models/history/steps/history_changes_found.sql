with groups_changed as (

    select * from {{ ref('history_groups_changed') }}

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

latest_recorded as (

    select * from {{ ref('history_latest_recorded') }}

),

known_now as (

    select customer_months.*
    from customer_months
    inner join groups_changed
        on
            customer_months.month = groups_changed.month
            and {{ hash_bucket('customer_months.customer_id', 1024) }}
            = groups_changed.customer_bucket

),

reported_last as (

    select latest_recorded.*
    from latest_recorded
    inner join groups_changed
        on
            latest_recorded.month = groups_changed.month
            and {{ hash_bucket('latest_recorded.customer_id', 1024) }}
            = groups_changed.customer_bucket

),

-- A customer month that is gone is written down as zeros.
compared as (

    select
        coalesce(known_now.month, reported_last.month) as month,
        coalesce(known_now.customer_id, reported_last.customer_id) as customer_id,
        {% for amount in bridge_amounts() -%}
            coalesce(known_now.{{ amount }}, 0) as {{ amount }},
            coalesce(reported_last.{{ amount }}, 0) as recorded_{{ amount }},
        {% endfor -%}
        coalesce(reported_last.version_number, 0) + 1 as version_number
    from known_now
    full outer join reported_last
        on
            known_now.month = reported_last.month
            and known_now.customer_id = reported_last.customer_id

),

final as (

    select
        month,
        customer_id,
        {{ as_of() }} as reported_at,
        cast('{{ var("reporting_currency") }}' as string) as reporting_currency,
        cast(version_number as int) as version_number,
        cast(opening_mrr as decimal(38, 6)) as opening_mrr,
        cast(new_mrr as decimal(38, 6)) as new_mrr,
        cast(reactivation_mrr as decimal(38, 6)) as reactivation_mrr,
        cast(expansion_mrr as decimal(38, 6)) as expansion_mrr,
        cast(contraction_mrr as decimal(38, 6)) as contraction_mrr,
        cast(churn_mrr as decimal(38, 6)) as churn_mrr,
        cast(fx_impact_mrr as decimal(38, 6)) as fx_impact_mrr,
        cast(closing_mrr as decimal(38, 6)) as closing_mrr,
        coalesce({{ as_of() }} > {{ last_report_at() }}, true) as is_new_report
    from compared
    where {{ any_amount_differs('', 'recorded_') }}

)

select * from final
