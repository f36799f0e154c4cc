{{ config(meta={'dagster': {'ref': {'name': 'history_customer_mrr_reported'}}}) }}
-- Invariant: the versions of a customer month count up from 1, each by a later report than the one
-- before; every one of them is of a report, and no month is reported before it has ended.
with versions as (

    select * from {{ ref('history_customer_mrr_reported') }}

),

reports as (

    select * from {{ ref('history_mrr_reports') }}

),

restated as (

    select
        reporting_currency,
        month,
        customer_id
    from versions
    where version_number > 1
    group by reporting_currency, month, customer_id

),

numbered as (

    select
        versions.reporting_currency,
        versions.month,
        versions.customer_id,
        versions.version_number,
        row_number() over (
            partition by versions.reporting_currency, versions.month, versions.customer_id
            order by versions.reported_at
        ) as expected_number
    from versions
    inner join restated
        on
            versions.reporting_currency = restated.reporting_currency
            and versions.month = restated.month
            and versions.customer_id = restated.customer_id

),

final as (

    select
        reporting_currency,
        month,
        customer_id,
        version_number,
        'versions do not follow each other' as problem
    from numbered
    where version_number <> expected_number

    union all

    select
        versions.reporting_currency,
        versions.month,
        versions.customer_id,
        versions.version_number,
        'no report has this as-of, or the month had not ended' as problem
    from versions
    left join reports
        on
            versions.reporting_currency = reports.reporting_currency
            and versions.reported_at = reports.reported_at
    where
        reports.reported_at is null
        or versions.month >= {{ month_start(reporting_date('versions.reported_at')) }}

)

select * from final
