with months as (

    select * from {{ ref('history_months_reported') }}

),

versions as (

    select * from {{ ref('history_versions_known') }}

),

bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all'

),

customers as (

    select * from {{ ref('fct_mrr_restatement_customers') }}

),

closed_changes as (

    select
        month,
        sum(changed_mrr) as changed_mrr
    from {{ ref('fct_closed_month_changes') }}
    group by month

),

first_reports as (

    select
        {% for amount in bridge_amounts() -%}
            sum({{ amount }}) as {{ amount }},
        {% endfor -%}
        month
    from versions
    where is_first_report
    group by month

),

restated as (

    select
        month,
        count(customer_id) as restated_customers,
        sum(case when restated_mrr > 0 then restated_mrr else 0 end) as restated_up_mrr,
        sum(case when restated_mrr < 0 then restated_mrr else 0 end) as restated_down_mrr,
        max(restated_at) as restated_at
    from customers
    group by month

),

final as (

    select
        months.month,
        months.first_reported_at,
        {% for amount in bridge_amounts() -%}
            cast(coalesce(first_reports.{{ amount }}, 0) as decimal(38, 6))
                as first_reported_{{ amount }},
        {% endfor -%}
        {% for amount in bridge_amounts() -%}
            cast(coalesce(bridge.{{ amount }}, 0) as decimal(38, 6)) as current_{{ amount }},
        {% endfor -%}
        cast(
            coalesce(bridge.closing_mrr, 0) - coalesce(first_reports.closing_mrr, 0)
            as decimal(38, 6)
        ) as restated_mrr,
        cast(coalesce(restated.restated_up_mrr, 0) as decimal(38, 6)) as restated_up_mrr,
        cast(coalesce(restated.restated_down_mrr, 0) as decimal(38, 6)) as restated_down_mrr,
        cast(coalesce(restated.restated_customers, 0) as bigint) as restated_customers,
        restated.month is not null as is_restated,
        restated.restated_at,
        months.policies_changed,
        months.closed_at,
        cast(
            case
                when months.closed_at is not null
                    then coalesce(bridge.closing_mrr, 0) - coalesce(closed_changes.changed_mrr, 0)
            end as decimal(38, 6)
        ) as closed_closing_mrr,
        cast(
            case when months.closed_at is not null then coalesce(closed_changes.changed_mrr, 0) end
            as decimal(38, 6)
        ) as changed_since_close_mrr
    from months
    left join first_reports
        on months.month = first_reports.month
    left join bridge
        on months.month = bridge.month
    left join restated
        on months.month = restated.month
    left join closed_changes
        on months.month = closed_changes.month

)

select * from final
order by month
