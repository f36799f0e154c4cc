with complete_months as (

    select month from {{ ref('rpt_mrr_bridge_monthly') }}
    where segment_type = 'all' and is_complete

),

customer_months as (

    select * from {{ ref('history_customer_mrr_reported') }}
    where
        reported_at <= {{ as_of() }}
        and reporting_currency = '{{ var("reporting_currency") }}'
        and month < {{ month_start(as_of_date()) }}

),

reports as (

    select * from {{ ref('history_mrr_reports') }}
    where
        reported_at <= {{ as_of() }}
        and reporting_currency = '{{ var("reporting_currency") }}'

),

-- Closing says from when on a number is final: the latest entry counts where there are several.
closings as (

    select
        month,
        max(closed_at) as closed_at
    from {{ ref('closed_months') }}
    where closed_at <= {{ as_of() }}
    group by month

),

months as (

    select month from complete_months
    union distinct
    select month from customer_months

),

first_reports as (

    select
        months.month,
        min(reports.reported_at) as reported_at
    from months
    left join reports
        on {{ local_to_utc(add_months('months.month', 1)) }} <= reports.reported_at
    group by months.month

),

-- A month that no report has seen complete is first reported by this run, written down or not.
final as (

    select
        first_reports.month,
        coalesce(first_reports.reported_at, {{ as_of() }}) as first_reported_at,
        first_reports.reported_at is not null as is_recorded,
        case
            when first_reports.reported_at is null then false
            else reports.policies <> '{{ policies_in_use() }}'
        end as policies_changed,
        closings.closed_at
    from first_reports
    left join reports
        on first_reports.reported_at = reports.reported_at
    left join closings
        on first_reports.month = closings.month

)

select * from final
