with complete_months as (

    select month from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all' and is_complete

),

customer_months as (

    select * from {{ ref('fct_customer_mrr_monthly') }}

),

latest_recorded as (

    select * from {{ ref('history_latest_recorded') }}
    where has_mrr and month < {{ month_start(as_of_date()) }}

),

-- What is known now counts up, what was reported last counts down: a group in which nothing has
-- changed comes to 0. No join, and nothing is held but a sum for each group.
fingerprints as (

    select
        customer_months.month,
        {{ hash_bucket('customer_months.customer_id', 1024) }} as customer_bucket,
        cast(
            {{ row_hash(['customer_months.customer_id'] + bridge_amounts('customer_months.')) }}
            as decimal(38, 0)
        ) as fingerprint
    from customer_months
    inner join complete_months
        on customer_months.month = complete_months.month

    union all

    select
        month,
        {{ hash_bucket('customer_id', 1024) }} as customer_bucket,
        -cast({{ row_hash(['customer_id'] + bridge_amounts()) }} as decimal(38, 0))
            as fingerprint
    from latest_recorded

),

final as (

    select
        month,
        customer_bucket
    from fingerprints
    group by month, customer_bucket
    having sum(fingerprint) <> 0

)

select * from final
